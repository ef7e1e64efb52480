"""Where text and venues meet the desk: files in and out, importers, feeds and gateways."""
