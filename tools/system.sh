#!/usr/bin/env bash
# Make sure that Chromium, CJK fonts, Pango, a PostgreSQL server and strace are on this machine.
# As root it installs them from Debian; as anybody else it says what to install.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
# What a program says is taken whole: one that is cut off in mid-word would count as failed.
# Nor has an ordinary user's path the folders in which ldconfig lies.
fonts=$(fc-list 2>/dev/null || true)
libraries=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true)
[[ ${fonts,,} =~ noto[^$'\n']*cjk ]] || missing+=(fonts-noto-cjk fontconfig)
[[ $libraries == *libpangoft2* ]] || missing+=(libpangoft2-1.0-0)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
# Without it nobody would see whether the phone's app waits for the disk before it says so.
command -v strace >/dev/null || missing+=(strace)

if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need Debian packages that are not here. Ask an administrator for:"
  echo "  apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
