"""A made-up country in the national layout: real columns, invented names."""

from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path


FILES = ("cities.csv", "areas.csv", "streets.csv", "villages.csv")
COLUMNS = (
    "code,name,provinceCode",
    "code,name,cityCode,provinceCode",
    "code,name,areaCode,provinceCode,cityCode",
    "code,name,streetCode,provinceCode,cityCode,areaCode",
)
VILLAGES_IN_A_STREET = 400


def write_country(
    folder: Path, *, cities: int, areas: int, streets: int, villages: int
) -> dict[str, int]:
    """Write the four files: so many districts a city, streets a district, villages.

    Gives the number of rows of each file.
    """
    area_codes = [
        f"{city:04d}{area:02d}"
        for city, area in product(range(1101, 1101 + cities), range(1, areas + 1))
    ]
    street_codes = [
        f"{area}{street:03d}"
        for area, street in product(area_codes, range(1, streets + 1))
    ]
    lists = (
        (f'{city},"第{city}市",{city // 100}' for city in range(1101, 1101 + cities)),
        (f'{code},"第{code}区",{code[:4]},{code[:2]}' for code in area_codes),
        (
            f'{code},"第{code}街道办事处",{code[:6]},{code[:2]},{code[:4]}'
            for code in street_codes
        ),
        islice(_villages(street_codes, villages), villages),
    )
    return {
        name: _write(folder / name, columns, rows)
        for name, columns, rows in zip(FILES, COLUMNS, lists, strict=True)
    }


def _villages(streets: list[str], villages: int) -> Iterator[str]:
    each = -(-villages // len(streets))
    assert each <= VILLAGES_IN_A_STREET, "a street holds no more"
    for street, number in product(streets, range(1, each + 1)):
        code = f"{street}{number:03d}"
        yield (
            f'{code},"第{number}社区居委会",{street},{code[:2]},{code[:4]},{code[:6]}'
        )


def _write(path: Path, columns: str, rows: Iterator[str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{columns}\n")
        for row in rows:
            file.write(f"{row}\n")
            count += 1
    return count
