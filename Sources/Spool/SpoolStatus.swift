package import SystemCalls

/// How the spool is doing: what `systemctl status` and `stats/current.json` show beside the statistics.
package struct SpoolStatus: Sendable {
  /// What waits and what is being read.
  package struct Queue: Sendable {
    /// Files in the inbox that will be taken.
    package var queued = 0
    /// Things in the inbox that never will be: links, FIFOs, devices, directories.
    package var leftAlone = 0
    /// The file that is being read, and how much of it in hundredths.
    package var current: (name: FileName, percent: Int)?

    /// Nothing waits, unless it is said.
    package init(queued: Int = 0, leftAlone: Int = 0, current: (name: FileName, percent: Int)? = nil) {
      (self.queued, self.leftAlone, self.current) = (queued, leftAlone, current)
    }
  }

  /// What waits and what is being read.
  package let queue: Queue
  /// Labelled tweets a second over the last minute.
  package let tweetsPerSecond: Double
  /// The last of the model's labels, and its share over the last five minutes, from 0 to 1.
  package let mood: (label: String, share: Double)?
  /// Lines rejected, by this run and those before it.
  package let rejected: Int
  /// What cannot be done at the moment, and why.
  package var trouble: String?

  /// Which part of `size` bytes `position` is, in hundredths; all of nothing.
  static func percent(_ position: Int, of size: Int) -> Int {
    size == 0 ? 100 : min(100, position * 100 / size)
  }

  /// One line: `3 queued, tweets-07.jsonl 41 %, 812 tweets/s, 62 % positive (5 min), 12 rejected`.
  package var text: String {
    var parts = ["\(queue.queued) queued"]
    if let current = queue.current { parts.append("\(current.name) \(current.percent) %") }
    parts.append("\(Int(tweetsPerSecond.rounded())) tweets/s")
    if let mood { parts.append("\(Int((mood.share * 100).rounded())) % \(mood.label) (5 min)") }
    parts.append("\(rejected) rejected")
    if let trouble { parts.insert(trouble, at: 0) }
    return parts.joined(separator: ", ")
  }
}
