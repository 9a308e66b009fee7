/// Room that a cleaner works in. Kept from tweet to tweet, it makes cleaning free of allocations.
///
/// Each task that cleans has its own.
package struct CleaningWorkspace: Sendable {
  var normalising = NormalisingWorkspace()
  var splitting = SplittingWorkspace()
  /// The marks of the last text, if the cleaner looks for them.
  package internal(set) var marks = TextMarks()

  package init() {}
}
