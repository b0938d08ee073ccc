"""The frame's own pages: log-in, account, search."""

from fangxian.interfaces.console import links
from fangxian.interfaces.console.models import Account
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.jurisdiction.rules import masked
from tests.examples import Example, Made
from tests.people import NAMES, PEOPLE
from tests.worlds import NOON, World


MINE = "shows nothing but the reader's own account"
NOBODY = "anyone"
WITHOUT = "police"  # holds a post and has no account

EXAMPLES = {
    "home": Example(same_for_all="leads to the first section"),
    "login": Example(who=NOBODY, same_for_all="stands before the log-in"),
    "logout": Example(post_only=True, same_for_all=MINE),
    "act_as": Example(post_only=True, same_for_all=MINE),
    "language": Example(post_only=True, same_for_all=MINE),
    "profile": Example(same_for_all=MINE),
    "profile_password": Example(same_for_all=MINE),
    "search": Example(query="q=福华社区", same_for_all="finders are tested one by one"),
    "account_login": Example(who=NOBODY, same_for_all="another name of login"),
    "account_logout": Example(post_only=True, same_for_all=MINE),
    "account_reauthenticate": Example(same_for_all=MINE),
    "mfa_index": Example(same_for_all=MINE),
    "mfa_authenticate": Example(
        who=NOBODY, post_only=True, same_for_all="the second step of a log-in"
    ),
    "mfa_reauthenticate": Example(post_only=True, same_for_all=MINE),
    "mfa_activate_totp": Example(same_for_all=MINE),
    "mfa_deactivate_totp": Example(post_only=True, same_for_all=MINE),
    "mfa_view_recovery_codes": Example(post_only=True, same_for_all=MINE),
    "mfa_generate_recovery_codes": Example(post_only=True, same_for_all=MINE),
    "mfa_download_recovery_codes": Example(post_only=True, same_for_all=MINE),
    "mfa_list_webauthn": Example(same_for_all=MINE),
    "mfa_add_webauthn": Example(same_for_all=MINE),
    "mfa_login_webauthn": Example(
        who=NOBODY, post_only=True, same_for_all="stands before the log-in"
    ),
    "mfa_reauthenticate_webauthn": Example(post_only=True, same_for_all=MINE),
    "mfa_remove_webauthn": Example(post_only=True, same_for_all=MINE),
    "mfa_edit_webauthn": Example(post_only=True, same_for_all=MINE),
    "accounts": Example(
        who="administrator",
        canaries=lambda made: [made["account_name"]],
    ),
    "accounts_links": Example(
        who="district",
        canaries=lambda made: [made["linked_name"]],
        strangers=("district_next_door", "supervision"),
    ),
    "accounts_link_agree": Example(
        args=lambda made: [made["account"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "accounts_link_refuse": Example(
        args=lambda made: [made["account"]],
        post_only=True,
        same_for_all="has no page",
    ),
    "accounts_without": Example(
        who="administrator", canaries=lambda made: [made["person_without"]]
    ),
    "accounts_new": Example(
        who="administrator",
        args=lambda made: [made["person_without"]],
        canaries=lambda made: [made["person_without_name"]],
    ),
    "accounts_one": Example(
        who="administrator",
        args=lambda made: [made["account"]],
        canaries=lambda made: [made["account_name"]],
    ),
    "accounts_link": Example(
        who="administrator",
        args=lambda made: [made["account"]],
        post_only=True,
        same_for_all="posted to from accounts_one",
    ),
    "accounts_unlock": Example(
        who="administrator",
        args=lambda made: [made["account"]],
        post_only=True,
        same_for_all="posted to from accounts_one",
    ),
    "accounts_standing": Example(
        who="administrator",
        args=lambda made: [made["account"]],
        post_only=True,
        same_for_all="posted to from accounts_one",
    ),
    "welcome": Example(
        who=NOBODY,
        args=lambda made: made["welcome"],
        same_for_all="opened by who has the link",
    ),
}


def make(world: World, made: Made) -> None:
    """Give everybody but one an account, and one of them a link for the password."""
    made["person_without"] = PEOPLE[WITHOUT]
    made["person_without_name"] = masked(NAMES[WITHOUT])
    for who, person in PEOPLE.items():
        if who != WITHOUT:
            Account.objects.get_or_create(username=who, defaults={"person": person})
    alice = Account.objects.get(username="alice")
    made["account"], made["account_name"] = alice.pk, "alice"
    administrator = world.actor("administrator")
    joiner = Account.objects.get(username="joiner")
    link = links.give_link(joiner.pk, by=SYSTEM, at=NOON)  # nobody has to agree
    district = Account.objects.get(username="district")
    district.set_password("a bridge that headquarters crosses")
    district.save(update_fields=["password"])
    hospital = Account.objects.get(username="hospital")
    links.give_link(hospital.pk, by=administrator, at=NOON)
    made["linked_name"] = masked(NAMES["hospital"])
    made["welcome"] = link.strip("/").split("/")[-2:]
