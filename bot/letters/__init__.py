"""Letters: what a document says (the city's templates) and its files: a DOCX to edit, a PDF, a receipt to verify."""
