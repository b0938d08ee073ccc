from fangxian.kernel.actors import Role
from fangxian.mechanisms.jurisdiction.queries import posts_in


def test_each_area_has_its_own_post_of_the_earliest_role(
    world, django_assert_num_queries
):
    areas = [world["street"], world["community"], world["second_community"]]

    with django_assert_num_queries(1):
        found = posts_in(areas, [Role.COMMUNITY, Role.STREET])

    assert {area: post.id for area, post in found.items()} == {
        world["street"]: world.posts["alice"],
        world["community"]: world.posts["community"],
    }


def test_a_department_bound_to_kinds_answers_for_no_area(world):
    assert posts_in([world["district"]], [Role.SECTOR_DEPARTMENT]) == {}
