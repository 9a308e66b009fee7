import TestSupport
import Testing

/// The words of the history beside a daemon that is killed.
@Suite struct HistoryWordsTests {
  /// `words.py` prints for each window its step and start, how many words were counted in all, and the counts of one of them.
  private static let reader = #"""
    cat >words.py <<'END'
    import sqlite3, sys
    def number(blob, at):
        value = shift = 0
        while True:
            value |= (blob[at] & 127) << shift; shift += 7; at += 1
            if blob[at - 1] < 128: return value, at
    def text(blob, at):
        length, at = number(blob, at)
        return blob[at:at + length].decode(), at + length
    table, word = sys.argv[1:]
    try: rows = sqlite3.connect("file:spool/state/ledger.sqlite?mode=ro", uri=True).execute(
        f"SELECT step, datetime(start, 'unixepoch'), words FROM {table} ORDER BY step DESC, start").fetchall()
    except sqlite3.OperationalError: rows = []
    for step, start, blob in rows:
        labels, at = number(blob, 1); total = seen = 0
        for _ in range(labels):
            _, at = text(blob, at); n, at = number(blob, at); absent, at = number(blob, at); count, at = number(blob, at)
            total += n
            for _ in range(count):
                name, at = text(blob, at); known, at = number(blob, at); missed, at = number(blob, at)
                seen += known if name == word else 0
        assert at == len(blob)
        print(step, start, total, seen)
    END
    serve="$ANIMO serve --workers 1 --model $TINY --spool spool --settle 0"

    """#

  @Test(
    "Each word of a file counts once, though the daemon was killed in the middle of it; none count before the commit"
  )
  func killed() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.reader + #"""
        awk 'BEGIN { for (i = 0; i < 75000; i++) printf \
          "{\"text\":\"el vuelo%d se ha CANCELADO @ana 12 https://t.co/x\",\"created_at\":\"2026-01-02T0%d:00:00Z\"}\n",
          i % 700, i % 3 }' >f.jsonl
        mkdir -p spool/inbox; cp f.jsonl spool/inbox/f.jsonl
        $serve 2>log & pid=$!
        until [ -n "$(python3 words.py job_words x)" ]; do
          kill -0 $pid || { cat log; exit 1; }; [ -e spool/out/f.jsonl ] && { echo too late; break; }; sleep 0.02
        done
        kill -KILL $pid; wait $pid 2>/dev/null
        echo before; python3 words.py window_words cancelado
        $serve --once 2>>log; echo "status $?"
        python3 words.py window_words cancelado; python3 words.py job_words x
        """#, in: scratch.url)
    #expect(
      outcome.output == """
        before
        status 0
        1h 2026-01-02 00:00:00 50000 25000
        1h 2026-01-02 01:00:00 50000 25000
        1h 2026-01-02 02:00:00 50000 25000
        1d 2026-01-02 00:00:00 150000 75000

        """)
  }
}
