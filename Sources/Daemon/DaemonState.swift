/// What a daemon tells of itself, all of one moment: everything that is served comes from one of these.
package struct DaemonState: Sendable {
  /// What it has counted, what waits, and which model labels.
  package var statistics: CurrentStatistics
  /// What cannot be done at the moment, and why: a sentence. Nil when all is well.
  package var trouble: String?
  /// What reloads have come to.
  package var reloads: ReloadCounts
  /// The program's version.
  package var version: String

  /// A moment of these parts.
  package init(statistics: CurrentStatistics, trouble: String?, reloads: ReloadCounts, version: String) {
    (self.statistics, self.trouble) = (statistics, trouble)
    (self.reloads, self.version) = (reloads, version)
  }
}
