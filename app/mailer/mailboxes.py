"""Whether a refusal says that the mailbox itself is gone, or only that this mail did not get through. Pure rules."""

import re

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
# RFC 3463 and RFC 7505: no such mailbox, no such domain, not an address, moved for good, takes no mail; disabled.
DEAD = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)})
# "Other", or about addresses without saying more: what follows in words decides.
UNSPECIFIC = frozenset({(0, 0), (1, 0), (2, 0), (5, 0)})
BARE = frozenset({550, 551, 553, None})
WORDS = re.compile(
    r"no such (?:user|mailbox|recipient|address)|unknown (?:user|mailbox|recipient|address)"
    r"|(?:user|mailbox|recipient|address|account)(?: \S+)? (?:is )?(?:unknown|not found|does ?n[o']t exist)"
    r"|does not exist|(?:account|mailbox)(?: \S+)? (?:has been |is )?disabled"
    r"|not a valid mailbox|invalid (?:recipient|mailbox)",
    re.IGNORECASE,
)


def is_dead(code: int | None, text: str) -> bool:
    """Whether nobody is there to write to, by the reply's code, its enhanced code (RFC 3463) and, failing these, words.

    A full mailbox, spam that was suspected, a policy, a relay that is not allowed: none of these says so.
    """
    if code is not None and not 500 <= code < 600:
        return False
    if found := ENHANCED.search(text):
        kind, subject, detail = (int(part) for part in found.groups())
        if kind != 5 or (subject, detail) not in UNSPECIFIC:
            return kind == 5 and (subject, detail) in DEAD
    elif code not in BARE:
        return False
    return WORDS.search(text) is not None
