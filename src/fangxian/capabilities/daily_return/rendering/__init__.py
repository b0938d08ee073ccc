"""A bulletin on paper: one document, written as HTML, as .docx and as plain text."""
