extension Int {
  /// The sum of two sizes in bytes, at most `Int.max`: a sparse file may have 8 EiB, and anybody may make two.
  package static func clampedSum(_ size: Int, _ other: Int) -> Int {
    let (sum, overflows) = size.addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
