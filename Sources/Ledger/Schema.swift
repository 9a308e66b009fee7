internal import SystemPackage

/// The ledger's tables, and how older ones become these: one step for each version.
///
/// The tables are made to be read by people too, with `sqlite3 ledger.sqlite`: states, times and names are text.
enum Schema {
  /// Step `n` makes version `n + 1` of version `n`.
  private static let steps: [[String]] = [
    [jobs, jobStates, jobCounts, totals, buckets, meta],
    [jobBuckets],
    [jobUnjudged, jobLeftOut],
    [jobArrays, jobTweets, jobInsideLine],
    [windowLabels, windows, windowChanges, jobWindows, windowLines],
    [jobOwner, orders],
    [windowWords, jobWords],
    [jobsByCommit],
    [jobsByInode],
  ]

  /// A row for each job that has been checkpointed or committed, until its input leaves `done/`.
  private static let jobs = """
    CREATE TABLE jobs (
      id             TEXT PRIMARY KEY,      -- when it was claimed: 20261004-101112-345678
      name           ANY NOT NULL,          -- the input's name; a blob where that is not UTF-8
      state          TEXT NOT NULL CHECK (state IN ('claimed', 'committed', 'published')),
      claimed        TEXT NOT NULL,         -- times as in RFC 3339
      committed      TEXT,
      published      TEXT,
      input_inode    INTEGER NOT NULL,
      input_size     INTEGER NOT NULL,      -- bytes, and mtime in nanoseconds, when reading began
      input_modified INTEGER NOT NULL,
      offset         INTEGER NOT NULL,      -- how far it is done: bytes of the decompressed input, after a whole line
      line           INTEGER NOT NULL,
      labels_length  INTEGER NOT NULL,      -- what the parts hold, in bytes
      rejects_length INTEGER NOT NULL,
      labelled       INTEGER NOT NULL,      -- lines; by label and reason in job_counts
      rejected       INTEGER NOT NULL,
      blank          INTEGER NOT NULL,
      model          TEXT NOT NULL,
      settings       TEXT NOT NULL,         -- how lines were read and answers written
      output         ANY,                   -- final names: in out/,
      rejects        ANY,                   -- in rejected/: the bad lines,
      kept           ANY,                   -- the input, when it was refused,
      why            ANY,                   -- and why
      refusal        TEXT                   -- why the whole file was refused, in a word
    ) STRICT
    """

  private static let jobStates = "CREATE INDEX jobs_unpublished ON jobs (state) WHERE state <> 'published'"

  private static let jobCounts = """
    CREATE TABLE job_counts (
      job   TEXT NOT NULL REFERENCES jobs (id),
      kind  TEXT NOT NULL,                  -- labelled, probability (in millionths), rejected, …
      name  TEXT NOT NULL,                  -- which label or reason
      count INTEGER NOT NULL,
      PRIMARY KEY (job, kind, name)
    ) STRICT, WITHOUT ROWID
    """

  private static let totals = """
    CREATE TABLE totals (
      kind    TEXT NOT NULL,
      name    TEXT NOT NULL,
      count   INTEGER NOT NULL,             -- of all committed jobs,
      removed INTEGER NOT NULL DEFAULT 0,   -- and of those among them that have no row any more
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID
    """

  private static let buckets = """
    CREATE TABLE buckets (
      start INTEGER NOT NULL,               -- ten seconds each; the number since 1970: datetime(start * 10, 'unixepoch')
      kind  TEXT NOT NULL,
      name  TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (start, kind, name)
    ) STRICT, WITHOUT ROWID
    """

  private static let jobBuckets = """
    CREATE TABLE job_buckets (              -- what a claimed job has added to buckets, until it is committed
      job   TEXT NOT NULL,
      start INTEGER NOT NULL,
      kind  TEXT NOT NULL,
      name  TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (job, start, kind, name)
    ) STRICT, WITHOUT ROWID
    """

  private static let jobUnjudged =
    "ALTER TABLE jobs ADD COLUMN unjudged /* lines with nothing to judge */ INTEGER NOT NULL DEFAULT 0"

  private static let jobLeftOut =
    "ALTER TABLE jobs ADD COLUMN left_out /* lines in other languages */ INTEGER NOT NULL DEFAULT 0"

  private static let jobArrays =
    "ALTER TABLE jobs ADD COLUMN open_arrays /* JSON arrays that are open at the offset */ INTEGER NOT NULL DEFAULT 0"

  private static let jobTweets = """
    ALTER TABLE jobs ADD COLUMN tweets_of_page /* that are done, of the page at the offset */ INTEGER NOT NULL DEFAULT 0
    """

  private static let jobInsideLine =
    "ALTER TABLE jobs ADD COLUMN inside_line /* whether the line began before the offset */ INTEGER NOT NULL DEFAULT 0"

  private static let windowLabels = """
    CREATE TABLE window_labels (
      id     INTEGER PRIMARY KEY,
      labels TEXT NOT NULL UNIQUE           -- a JSON array
    ) STRICT
    """

  private static let windows = """
    CREATE TABLE windows (
      step     TEXT NOT NULL,               -- 1m, 1h, 1d; or what is counted apart: no_time, future, late
      start    INTEGER NOT NULL,            -- when tweets were written: datetime(start, 'unixepoch'); 0 apart
      labels   INTEGER NOT NULL REFERENCES window_labels (id),
      counts   TEXT NOT NULL,               -- tweets: with nothing to judge, with each label; then, for the tweets
                                            -- of each label, the sums of all labels' probabilities (in millionths)
      revision INTEGER NOT NULL DEFAULT 0,  -- how often it was written to windows.jsonl
      changed  INTEGER NOT NULL DEFAULT 1,  -- whether it has changed since
      PRIMARY KEY (step, start, labels)
    ) STRICT, WITHOUT ROWID
    """

  private static let windowChanges = "CREATE INDEX windows_changed ON windows (step, start) WHERE changed = 1"

  private static let jobWindows = """
    CREATE TABLE job_windows (              -- what a claimed job has added to windows, until it is committed
      job    TEXT NOT NULL,
      step   TEXT NOT NULL,
      start  INTEGER NOT NULL,
      labels INTEGER NOT NULL,
      counts TEXT NOT NULL,
      PRIMARY KEY (job, step, start, labels)
    ) STRICT, WITHOUT ROWID
    """

  private static let windowLines = """
    CREATE TABLE window_lines (             -- the end of windows.jsonl, which it may lack after a crash
      number INTEGER PRIMARY KEY,
      line   TEXT NOT NULL
    ) STRICT
    """

  private static let jobOwner =
    "ALTER TABLE jobs ADD COLUMN input_owner /* the user who dropped it */ INTEGER"

  private static let orders = """
    CREATE TABLE orders (                   -- what is to happen to claimed jobs other than the usual
      job    TEXT PRIMARY KEY,
      kind   TEXT NOT NULL CHECK (kind IN ('held', 'released', 'cancelled')),
      reason TEXT NOT NULL,                 -- the limit that it has exceeded, or asked
      detail TEXT NOT NULL,
      time   TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """

  private static let windowWords = """
    CREATE TABLE window_words (
      step  TEXT NOT NULL,                  -- 1h, 1d
      start INTEGER NOT NULL,               -- as in windows
      words BLOB NOT NULL,                  -- summaries of the words of each label's tweets
      PRIMARY KEY (step, start)
    ) STRICT
    """

  private static let jobWords = """
    CREATE TABLE job_words (                -- the words of a claimed job, added to window_words when it is committed
      job   TEXT NOT NULL,
      step  TEXT NOT NULL,
      start INTEGER NOT NULL,
      words BLOB NOT NULL,
      PRIMARY KEY (job, step, start)
    ) STRICT
    """

  private static let jobsByCommit =
    "CREATE INDEX jobs_by_commit ON jobs (committed, id) WHERE committed IS NOT NULL"

  private static let jobsByInode = "CREATE INDEX jobs_by_inode ON jobs (input_inode, id)"

  private static let meta =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"

  /// The version that this program works with.
  static var version: Int { steps.count }

  /// Brings the tables of `connection` up to date, or to an earlier version, in one transaction: readers find
  /// all tables or none.
  static func migrate(_ connection: Connection, to target: Int = version) throws(LedgerError) {
    try check(connection)
    let version = try connection.integer("PRAGMA user_version") ?? 0
    guard version < target else { return }
    try connection.transaction { () throws(LedgerError) in
      for statement in steps[version..<target].joined() { try connection.run(statement) }
      try connection.run("PRAGMA user_version = \(target)")
    }
  }

  /// - Throws: `LedgerError` when a later or another program has made the tables, or, for a reader, an
  ///   earlier one; with `.missing` when there are none for a reader.
  static func check(_ connection: Connection, isReader: Bool = false) throws(LedgerError) {
    let version = try connection.integer("PRAGMA user_version") ?? 0
    guard version != 0 || !isReader else {
      throw LedgerError(.missing, connection.path, "the ledger is empty")
    }
    guard (0...steps.count).contains(version), !isReader || version == steps.count else {
      throw LedgerError(
        .unusable, connection.path,
        "its tables are of version \(version), this program's of \(steps.count); "
          + ((0...steps.count).contains(version)
            ? "let animo serve bring it up to date" : "use the program that made it"))
    }
  }
}
