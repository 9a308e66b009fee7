internal import SystemCalls

/// Gives jobs their identities: the present in microseconds, or a little later so that none comes twice.
struct JobNumbers {
  private var last: UTCTime

  /// - Parameter last: the latest identity that was ever given, so that a clock that was set back does no harm.
  init(after last: String? = nil) {
    self.last = last.flatMap(UTCTime.init(compact:)) ?? UTCTime(microseconds: 0)
  }

  mutating func next(at now: UTCTime = .now) -> String {
    last = max(now, UTCTime(microseconds: last.microseconds + 1))
    return last.compact
  }
}
