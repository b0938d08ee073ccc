"""The catalogue of what a file, or a row of it, is refused for."""

from fangxian.kernel.refusals import RefusalKind


FILE_TOO_LARGE = RefusalKind(
    code="imports.file_too_large",
    sentence="The file has more than {limit} MB.",
    remedy="Split the list into several files, or save it without pictures.",
)
FILE_EMPTY = RefusalKind(
    code="imports.file_empty",
    sentence="There is nothing in the file.",
    remedy="Open it, check that the list is on the first visible sheet, and save it.",
)
FILE_UNREADABLE = RefusalKind(
    code="imports.file_unreadable",
    sentence="The file is neither a sheet nor a text that can be read.",
    remedy="Open it and save it again as .xlsx or as .csv.",
)
FILE_IS_PAGE = RefusalKind(
    code="imports.file_is_page",
    sentence="The file is a page of the web, whatever its name says.",
    remedy="Open it in a spreadsheet program and save it as .xlsx; if it only shows a log-in, fetch the list again.",
)
FILE_ENCRYPTED = RefusalKind(
    code="imports.file_encrypted",
    sentence="The file is locked with a password.",
    remedy="Save it without a password and send it again.",
)
FILE_EXHAUSTING = RefusalKind(
    code="imports.file_exhausting",
    sentence="The file unpacks into far more than any list can be.",
    remedy="Copy the rows into a new, empty sheet, save it, and send that.",
)
MANY_ROWS = RefusalKind(
    code="imports.many_rows",
    sentence="The sheet has more than {rows} rows or {columns} columns.",
    remedy="Split the list, or delete the empty rows and columns below and beside it.",
)
UPLOAD_GONE = RefusalKind(
    code="imports.upload_gone",
    sentence="The file that was sent is not kept any more.",
    remedy="Send it again.",
    hidden=True,
)
NO_HEADINGS = RefusalKind(
    code="imports.no_headings",
    sentence="No row of the first sheet looks like the headings of a list of places.",
    remedy="Put the list on the first visible sheet and name its columns, above all the one with the name of the place.",
)
NO_ROWS = RefusalKind(
    code="imports.no_rows",
    sentence="Nothing stands below the headings.",
    remedy="Check that the rows are on the first visible sheet, save it and send it again.",
)
HEADINGS_ARE_DATA = RefusalKind(
    code="imports.headings_are_data",
    sentence="Row {row} does not look like headings: it holds what only a row of the list would.",
    remedy="Put a row above it that names the columns (name, ID number, telephone), and send the list again.",
)
COLUMN_MISSING = RefusalKind(
    code="imports.column_missing",
    sentence="No column says the {field} of the places.",
    remedy="Choose the column, or name it for all rows.",
)
CELL_MISSING = RefusalKind(
    code="imports.cell_missing",
    sentence="The cell {heading} is empty.",
    remedy="Fill it in; if it was one merged cell, write its value in every row.",
)
CELLS_SWAPPED = RefusalKind(
    code="imports.cells_swapped",
    sentence="The cells {one} and {other} seem to be swapped.",
    remedy="Exchange the two cells of this row.",
)
NUMBER_SHORTENED = RefusalKind(
    code="imports.number_shortened",
    sentence="The sheet has shortened the number in {heading}.",
    remedy="Format the column as text and type the number again.",
)
KIND_MISSPELT = RefusalKind(
    code="imports.kind_misspelt",
    sentence="There is no kind of place called {kind}; the nearest is {guess}.",
    remedy="Write {guess}, or another declared kind.",
)
AREA_UNKNOWN = RefusalKind(
    code="imports.area_unknown",
    sentence="{parent} has no part called {area}.",
    remedy="Write the name as it stands in the list of areas.",
)
HOME_UNKNOWN = RefusalKind(
    code="imports.home_unknown",
    sentence="{parent} has no part called {area}, so nobody would answer for this person.",
    remedy="Ask where the person lives, and write its name as in the list of areas.",
)
AREA_MISSPELT = RefusalKind(
    code="imports.area_misspelt",
    sentence="{parent} has no part called {area}; the nearest is {guess}.",
    remedy="Write {guess}, or another name from the list of areas.",
)
AREA_AMBIGUOUS = RefusalKind(
    code="imports.area_ambiguous",
    sentence="{parent} has several parts called {area}.",
    remedy="Say the street as well, or give the area's code.",
)
DATE_UNCLEAR = RefusalKind(
    code="imports.date_unclear",
    sentence="The date in {heading} is no day, or may be two.",
    remedy="Write it as 2020-11-09.",
)
NO_PEOPLE_HEADINGS = RefusalKind(
    code="imports.no_people_headings",
    sentence="No row of the first sheet looks like the headings of a list of people.",
    remedy="Put the list on the first visible sheet and name its columns, above all the one with the name of the person.",
)
PEOPLE_COLUMN_MISSING = RefusalKind(
    code="imports.people_column_missing",
    sentence="No column says the {field} of the people.",
    remedy="Choose the column in which it stands.",
)
PAPER_UNCLEAR = RefusalKind(
    code="imports.paper_unclear",
    sentence="It is not said on which paper the number stands, and it fits several or none.",
    remedy="Write the kind of paper beside it: ID card, passport, travel permit.",
)
PAPER_UNHEARD_OF = RefusalKind(
    code="imports.paper_unheard_of",
    sentence="The cell {heading} names no kind of paper that is known here.",
    remedy="Write ID card, passport, travel permit, residence permit, none or unknown.",
)
WORD_UNCLEAR = RefusalKind(
    code="imports.word_unclear",
    sentence="The word in {heading} is not understood.",
    remedy="Write one of the usual words, or leave the cell empty.",
)
DAY_AHEAD = RefusalKind(
    code="imports.day_ahead",
    sentence="The day in {heading} lies ahead.",
    remedy="Write the day on which it happened.",
)
RESULTS_COLUMN_MISSING = RefusalKind(
    code="imports.results_column_missing",
    sentence="No column says the {field} of the results.",
    remedy="Choose the column in which it stands: name, number or telephone, day of the sample, result.",
)
RESULT_UNCLEAR = RefusalKind(
    code="imports.result_unclear",
    sentence="The word in {heading} says no result.",
    remedy="Write negative, positive or inconclusive.",
)
