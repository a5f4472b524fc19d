"""Where connectors of the first generation import jobs from."""
