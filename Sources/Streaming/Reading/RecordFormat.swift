/// How the lines of one input are to be understood, known once its beginning has been read.
package enum RecordFormat: Sendable {
  /// Each line is a JSON object.
  case object
  /// Each line is a tweet.
  case text
  /// Each record is a row under a header.
  case row(DelimitedHeader)
}
