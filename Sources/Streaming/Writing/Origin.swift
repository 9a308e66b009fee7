/// Where an input came from, as its dead letters tell it.
package struct Origin: Sendable {
  /// `"src":"tweets.jsonl","job":"…",`: members of a JSON object, ready to be copied.
  let members: [UInt8]

  /// - Parameters:
  ///   - source: the input's name.
  ///   - job: the job that it was claimed as.
  package init(source: String, job: String) {
    var members: [UInt8] = []
    members.append(ascii: "\"src\":")
    JSONString.encode(Array(source.utf8).span, appendingTo: &members)
    members.append(ascii: ",\"job\":")
    JSONString.encode(Array(job.utf8).span, appendingTo: &members)
    members.append(ascii: ",")
    self.members = members
  }
}
