package import Statistics
package import SystemCalls

/// What an intake with persistent state measures of itself, besides its counts.
package struct IntakeMeasurements: Sendable {
  /// Every task that may be held, and whether it is.
  package var tasks: [(name: String, isHeld: Bool)]
  /// When the last file was published, by any run; nil if none was.
  package var lastSuccess: UTCTime?
  /// The seconds from the arrival of a file to its publication.
  package var latency = Histogram(bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400])
  /// The number of files and bytes in each folder, as of the last look.
  package var folders: [(name: String, files: Int, bytes: Int)]
  /// The space of the file systems of some folders, in bytes.
  package var space: [(name: String, free: Int, size: Int)] = []
  /// The length of the ledger with its companions, in bytes.
  package var ledgerBytes = 0

  /// Nothing yet, with a place for everything.
  ///
  /// - Parameters:
  ///   - tasks: all tasks that may be held.
  ///   - folders: the names of all folders.
  package init(tasks: [String], folders: [String]) {
    self.tasks = tasks.map { ($0, false) }
    self.folders = folders.map { ($0, 0, 0) }
  }
}
