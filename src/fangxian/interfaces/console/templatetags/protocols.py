"""Filters of the pages about protocols."""

from django import template

from fangxian.interfaces.console.protocols import in_words, with_blanks


register = template.Library()
register.filter("in_words", in_words)
register.filter("with_blanks", with_blanks)
