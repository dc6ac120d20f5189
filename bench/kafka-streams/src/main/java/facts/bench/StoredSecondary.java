package facts.bench;

import wildapp.primary.v1.PrimaryOuterClass.Secondary;

record StoredSecondary(long lsn, String tertiaryId, Secondary message) {}
