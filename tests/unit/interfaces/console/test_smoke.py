from django.urls import reverse


def test_profile(browse):
    page = browse("alice").get(reverse("profile"))
    assert page.status_code == 200, page.content.decode()[:2000]
    assert "艾*丝" in page.content.decode()

def test_login(client, db):
    page = client.get(reverse("login"))
    assert page.status_code == 200

def test_post_login(client, db):
    page = client.post(reverse("login"), {"login":"x","password":"y"})
    assert page.status_code == 422

def test_404(client, db):
    assert client.get("/nothing").status_code == 404

def test_search(browse):
    assert browse("alice").get(reverse("search")).status_code==200
    assert browse("police").get(reverse("search")).status_code==403
