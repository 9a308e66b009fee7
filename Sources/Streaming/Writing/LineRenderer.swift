internal import TweetText

/// Writes labelled and rejected lines.
struct LineRenderer {
  private let rendering: Rendering
  private let labels: [[UInt8]]
  /// `"label":"negative","score":` for each label.
  private let openings: [[UInt8]]
  /// `"negative":` for each label.
  private let probabilityNames: [[UInt8]]
  /// `,"model":"es-tweets@ab12cd34"`
  private let model: [UInt8]

  init(_ rendering: Rendering, labels: [String], modelName: String) {
    self.rendering = rendering
    self.labels = labels.map { Array($0.utf8) }
    let quoted = labels.map(Self.quoted)
    openings = quoted.map { Array("\"label\":".utf8) + $0 + Array(",\"score\":".utf8) }
    probabilityNames = quoted.map { $0 + Array(":".utf8) }
    model = Array(",\"model\":".utf8) + Self.quoted(modelName)
  }

  /// Whether rejected lines are to be kept apart.
  var keepsDeadLetters: Bool { rendering.badLines == .deadLetter }

  /// Whether nothing more is to be written after a rejected line in `chunk`.
  func hasStopped(in chunk: borrowing Chunk) -> Bool {
    rendering.badLines == .stop && chunk.firstRejection != nil
  }

  /// Appends the answer for a line.
  ///
  /// - Parameter bytes: the chunk's.
  func render(
    _ tweet: LocatedTweet, _ score: Score, of line: TweetLine, as format: RecordFormat,
    in bytes: Span<UInt8>, to output: inout [UInt8]
  ) {
    switch rendering.emit {
    case .label: output.append(contentsOf: labels[score.label])
    case .compact:
      output.append(ascii: "{\"line\":")
      output.append(decimal: line.number)
      renderID(of: tweet, as: format, in: bytes, to: &output)
      output.append(ascii: ",")
      render(score, tweet.flags.subtracting(.sentimentReplaced), to: &output)
      output.append(ascii: "}")
    case .merge: merge(tweet, score, as: format, in: bytes, to: &output)
    }
    output.append(0x0A)
  }

  /// Appends what takes the place of a rejected line, if anything does.
  func render(_ rejection: Rejection, of line: TweetLine, to output: inout [UInt8]) {
    guard rendering.badLines == .inline else { return }
    guard rendering.emit != .label else { return output.append(ascii: "error\n") }
    output.append(ascii: "{\"line\":")
    output.append(decimal: line.number)
    output.append(ascii: ",\"error\":{")
    DeadLetter.append(rejection, to: &output)
    output.append(ascii: "}}\n")
  }

  private static func quoted(_ text: String) -> [UInt8] {
    var json: [UInt8] = []
    JSONString.encode(Array(text.utf8).span, appendingTo: &json)
    return json
  }
}

extension LineRenderer {
  private func merge(
    _ tweet: LocatedTweet, _ score: Score, as format: RecordFormat, in bytes: Span<UInt8>,
    to output: inout [UInt8]
  ) {
    let line = bytes.extracting(tweet.range)
    switch format {
    case .object:
      var kept = tweet.range.lowerBound
      for member in tweet.superseded {
        output.append(bytes.extracting(kept..<member.lowerBound))
        kept = member.upperBound
      }
      output.append(bytes.extracting(kept..<tweet.closingBrace))
      renderMember(score, tweet.flags, to: &output)
      output.append(bytes.extracting(tweet.closingBrace..<tweet.range.upperBound))
    case .text:
      output.append(ascii: "{\"text\":")
      JSONString.encode(line, appendingTo: &output)
      renderMember(score, tweet.flags, to: &output)
      output.append(ascii: "}")
    case .row(let header):
      header.render(line, appendingTo: &output)
      renderMember(score, tweet.flags, to: &output)
      output.append(ascii: "}")
    }
  }

  /// `,"sentiment":{…}`
  private func renderMember(_ score: Score, _ flags: LineFlags, to output: inout [UInt8]) {
    output.append(ascii: ",\"sentiment\":{")
    render(score, flags, to: &output)
    output.append(ascii: "}")
  }

  private func render(_ score: Score, _ flags: LineFlags, to output: inout [UInt8]) {
    output.append(contentsOf: openings[score.label])
    output.append(millionths: score.probability(of: score.label))
    output.append(ascii: ",\"p\":{")
    for label in labels.indices {
      if label > 0 { output.append(ascii: ",") }
      output.append(contentsOf: probabilityNames[label])
      output.append(millionths: score.probability(of: label))
    }
    output.append(ascii: "}")
    output.append(contentsOf: model)
    guard !flags.isEmpty else { return }
    output.append(ascii: ",\"flags\":[")
    var isFirst = true
    for (flag, name) in LineFlags.names where flags.contains(flag) {
      output.append(ascii: isFirst ? "\"" : ",\"")
      output.append(ascii: name)
      output.append(ascii: "\"")
      isFirst = false
    }
    output.append(ascii: "]")
  }

  private func renderID(
    of tweet: LocatedTweet, as format: RecordFormat, in bytes: Span<UInt8>, to output: inout [UInt8]
  ) {
    if case .row(let header) = format {
      header.renderID(of: bytes.extracting(tweet.range), appendingTo: &output)
    } else if let id = tweet.id {
      output.append(ascii: ",\"id\":")
      output.append(bytes.extracting(id))
    }
  }
}
