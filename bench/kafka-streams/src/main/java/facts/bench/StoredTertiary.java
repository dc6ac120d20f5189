package facts.bench;

import wildapp.primary.v1.PrimaryOuterClass.Tertiary;

record StoredTertiary(long lsn, Tertiary message) {}
