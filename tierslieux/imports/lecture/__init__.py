"""Any real file becomes rows: format, encoding, sheet and projection recognised, every size bounded."""
