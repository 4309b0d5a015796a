"""The register as a file: CSV, XLSX or JSON Lines; streamed, masked unless there is a right and a reason, logged."""
