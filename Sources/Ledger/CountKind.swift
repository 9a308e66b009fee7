/// What the ledger calls the things that are counted.
package enum CountKind {
  /// Lines, by label.
  package static let labelled = "labelled"
  /// Sums of probabilities in millionths, by label.
  package static let probability = "probability"
  /// Lines, by reason.
  package static let rejected = "rejected"
  /// Lines with nothing on them.
  package static let blank = "blank"
  /// Files that were labelled.
  package static let files = "files"
  /// Files that were refused as a whole.
  package static let refusedFiles = "refused_files"
}
