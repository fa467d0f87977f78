"""One repository per subject; every call names the tenant, and rows of others do not exist for it."""
