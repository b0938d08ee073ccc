"""Rules made up for these tests: hotels are looked at daily, problems looked back on."""


def words(text):
    return {"zh": text, "en": text}


SOURCE = {"title": "宾馆守则", "gist": words("look after the guests")}
KINDS = ("hotel", "restaurant", "care_home")
REMARKS = {
    "name": "photos",
    "type": "photo",
    "label": words("photos"),
    "required": False,
    "most": 3,
}


def must(name, severity):
    """A yes-or-no question to which no is a problem."""
    return {
        "name": name,
        "type": "yes_no",
        "label": words(name),
        "finding": {
            "when": {"==": [{"fact": name}, False]},
            "severity": severity,
            "text": words(f"no {name}"),
        },
    }


def form(code, *questions, subject="place", **more):
    return {
        "form": code,
        "title": words(code),
        "subject": subject,
        "source": SOURCE,
        "questions": [*questions, REMARKS],
        **more,
    }


HAVES = (must("masks", "major"), must("exits", "grave"))
LOOK_BACK = form(
    "look_back",
    {"name": "put_right", "type": "yes_no", "label": words("right?")},
    {
        "name": "what_remains",
        "type": "text",
        "label": words("what remains"),
        "most": 500,
        "relevant": {"==": [{"fact": "put_right"}, False]},
    },
    subject="finding",
)
RECTIFICATION = form(
    "rectification",
    {"name": "done", "type": "text", "label": words("done"), "most": 500},
    subject="finding",
)
CLAUSES = [
    {
        "clause": "six-haves",
        "title": words("look at the six haves"),
        "subject": "place",
        "kinds": ["hotel"],
        "when": {"==": [{"fact": "place.standing"}, "open"]},
        "cadence": {"every": "day"},
        "windows": [{"opens": "08:00", "due": "18:00", "closes": "24:00"}],
        "form": "six_haves",
        "roles": ["grid_worker", "community"],
        "ladder": [{"after_minutes": 60, "role": "community"}],
        "source": SOURCE,
    },
    {
        "clause": "look-back",
        "title": words("look back"),
        "subject": "finding",
        "when": {"==": [{"fact": "finding.state"}, "rectified"]},
        "cadence": {"every": "once", "within": 24},
        "form": "look_back",
        "roles": ["community"],
        "source": SOURCE,
    },
]
CONTENT = {
    "pack": {
        "pack": "routine",
        "version": "1",
        "title": words("routine"),
        "summary": words("made up"),
        "subjects": [
            {
                "subject": "place",
                "name": words("place"),
                "facts": {
                    "place.standing": "text",
                    "place.venue_code": "text",
                    "place.group": "text",
                },
            },
            {
                "subject": "finding",
                "name": words("finding"),
                "facts": {
                    "finding.state": "text",
                    "finding.severity": "text",
                    "finding.reopened": "number",
                },
            },
        ],
        "severities": [
            {"code": "minor", "name": words("minor"), "hours": 72},
            {"code": "major", "name": words("major"), "hours": 24},
            {"code": "grave", "name": words("grave"), "hours": 4},
        ],
    },
    "kinds": {
        "groups": [{"code": "houses", "name": words("houses")}],
        "kinds": [
            {"code": code, "name": words(code), "group": "houses"} for code in KINDS
        ],
    },
    "parameters": [
        {
            "name": "beds",
            "type": "number",
            "words": words("beds"),
            "values": [{"value": 40, "valid_from": "2020-01-01", "source": SOURCE}],
        }
    ],
    "clauses": CLAUSES,
    "forms": [
        form("six_haves", *HAVES),
        form("patrol", must("tidy", "minor")),
        form("self_check", *HAVES),
        form(
            "joint_civil_affairs", must("nurses", "minor"), department="civil_affairs"
        ),
        form("joint_fire", must("exits", "grave"), department="fire"),
        form("joint_health", must("doctor", "major"), department="health"),
        LOOK_BACK,
        RECTIFICATION,
    ],
}
