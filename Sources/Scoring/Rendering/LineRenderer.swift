internal import JSON
internal import Sentiment
internal import Tweets

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
  private let phrasing: Remedy.Phrasing

  init(_ engine: ScoringEngine) {
    let labels = engine.labels
    (rendering, phrasing) = (engine.rendering, engine.phrasing)
    self.labels = labels.map { Array($0.utf8) }
    let quoted = labels.map(Self.quoted)
    openings = quoted.map { Array("\"label\":".utf8) + $0 + Array(",\"score\":".utf8) }
    probabilityNames = quoted.prefix(engine.answers.count).map { $0 + Array(":".utf8) }
    model = Array(",\"model\":".utf8) + Self.quoted(engine.modelName)
  }

  /// Whether rejected lines are to be kept apart.
  var keepsDeadLetters: Bool { rendering.badLines == .deadLetter }

  /// Whether nothing more is to be written after a rejected line in `chunk`.
  func hasStopped(in chunk: borrowing ScoredChunk) -> Bool {
    rendering.badLines == .stop && chunk.firstRejection != nil
  }

  /// Appends the answer for a line.
  ///
  /// - Parameters:
  ///   - reasons: the words that say most for it; nil where they are not asked for.
  ///   - bytes: the chunk's.
  func render(
    _ tweet: LocatedTweet, _ score: Score, _ flags: LineFlags, _ reasons: [Reason]? = nil, of line: TweetLine,
    as format: RecordFormat,
    in bytes: Span<UInt8>, to output: inout [UInt8]
  ) {
    switch rendering.emit {
    case .label: if let label = score.label { output.append(contentsOf: labels[label]) }
    case .compact:
      output.append(ascii: "{\"line\":")
      output.append(decimal: line.number)
      renderID(of: tweet, as: format, in: bytes, to: &output)
      output.append(ascii: ",")
      render(score, flags.subtracting(.sentimentReplaced), reasons, from: tweet.place, to: &output)
      output.append(ascii: "}")
    case .merge: merge(tweet, score, flags, reasons, as: format, in: bytes, to: &output)
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
    DeadLetter(rejection, of: line, saying: phrasing).appendReason(to: &output)
    output.append(ascii: "}}\n")
  }

  /// Appends what answers a blank line, if anything does.
  func renderBlank(_ line: TweetLine, to output: inout [UInt8]) {
    renderRemark(",\"blank\":true}\n", on: line, to: &output)
  }

  /// Appends what takes the place of a tweet that is left out, if anything does.
  func renderLeftOut(_ line: TweetLine, to output: inout [UInt8]) {
    renderRemark(",\"left_out\":true}\n", on: line, to: &output)
  }

  /// Labels alone are a line for each line; else only those who want every line answered are told.
  private func renderRemark(_ remark: StaticString, on line: TweetLine, to output: inout [UInt8]) {
    guard rendering.emit != .label else { return output.append(0x0A) }
    guard rendering.isLockstep else { return }
    output.append(ascii: "{\"line\":")
    output.append(decimal: line.number)
    output.append(ascii: remark)
  }

  private static func quoted(_ text: String) -> [UInt8] {
    var json: [UInt8] = []
    JSONString.encode(Array(text.utf8).span, appendingTo: &json)
    return json
  }
}

extension LineRenderer {
  private func merge(
    _ tweet: LocatedTweet, _ score: Score, _ flags: LineFlags, _ reasons: [Reason]?, as format: RecordFormat,
    in bytes: Span<UInt8>, to output: inout [UInt8]
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
      renderMember(score, flags, reasons, from: tweet.place, to: &output)
      output.append(bytes.extracting(tweet.closingBrace..<tweet.range.upperBound))
    case .text:
      output.append(ascii: "{\"text\":")
      JSONString.encode(line, appendingTo: &output)
      renderMember(score, flags, reasons, from: tweet.place, to: &output)
      output.append(ascii: "}")
    case .row(let header):
      header.render(line, appendingTo: &output)
      renderMember(score, flags, reasons, from: tweet.place, to: &output)
      output.append(ascii: "}")
    }
  }

  /// `,"sentiment":{…}`
  private func renderMember(
    _ score: Score, _ flags: LineFlags, _ reasons: [Reason]?, from place: TextPlace, to output: inout [UInt8]
  ) {
    output.append(ascii: ",\"sentiment\":{")
    render(score, flags, reasons, from: place, to: &output)
    output.append(ascii: "}")
  }

  private func render(
    _ score: Score, _ flags: LineFlags, _ reasons: [Reason]?, from place: TextPlace, to output: inout [UInt8]
  ) {
    if let label = score.label {
      output.append(contentsOf: openings[label])
      output.append(millionths: score.certainty)
      output.append(ascii: ",\"p\":{")
      for label in probabilityNames.indices {
        if label > 0 { output.append(ascii: ",") }
        output.append(contentsOf: probabilityNames[label])
        output.append(millionths: score.probability(of: label))
      }
      output.append(ascii: "}")
    } else {
      // What a model makes of no text at all is no judgement: whoever adds up the probabilities must not meet it.
      output.append(ascii: "\"label\":null,\"score\":null,\"p\":null")
    }
    output.append(contentsOf: model)
    if !place.isOwn {
      output.append(ascii: ",\"from\":\"")
      output.append(contentsOf: place.name.utf8)
      output.append(ascii: "\"")
    }
    if let reasons { render(reasons, to: &output) }
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

  /// `,"why":[{"word":"triste","worth":1.2345},…]`
  private func render(_ reasons: [Reason], to output: inout [UInt8]) {
    output.append(ascii: ",\"why\":[")
    for (index, reason) in reasons.enumerated() {
      output.append(ascii: index == 0 ? "{\"word\":" : ",{\"word\":")
      JSONString.encode(Array(reason.word.utf8).span, appendingTo: &output)
      output.append(ascii: ",\"worth\":")
      let worth = reason.worths[0]
      // A model of enormous weights gives numbers that are too large for digits.
      if let millionths = Int(exactly: (abs(worth) * 1e6).rounded()) {
        if worth < 0 { output.append(ascii: "-") }
        output.append(millionths: millionths)
      } else {
        output.append(ascii: "null")
      }
      output.append(ascii: "}")
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

extension DelimitedHeader {
  /// Appends a record as the members of a JSON object, `{"id":"1","text":"…"` without the closing brace.
  ///
  /// All values are strings. A field beyond the header's columns is named `column_7` after its place. The column that
  /// our own member takes the place of is left out.
  func render(_ record: Span<UInt8>, appendingTo output: inout [UInt8]) {
    var json: [UInt8] = []
    var column = 0
    forEachField(of: record) { field in
      defer { column += 1 }
      guard column != supersededColumn else { return }
      json.append(ascii: json.isEmpty ? "{" : ",")
      json.append(contentsOf: name(ofColumn: column))
      json.append(ascii: ":")
      JSONString.encode(field, appendingTo: &json)
    }
    output.append(contentsOf: json)
  }

  /// Appends `,"id":"…"` when the header has a column for it.
  func renderID(of record: Span<UInt8>, appendingTo output: inout [UInt8]) {
    guard let idColumn else { return }
    var json: [UInt8] = []
    var column = 0
    forEachField(of: record) { field in
      if column == idColumn { JSONString.encode(field, appendingTo: &json) }
      column += 1
    }
    guard !json.isEmpty else { return }
    output.append(ascii: ",\"id\":")
    output.append(contentsOf: json)
  }
}

/// What users should know of a labelled line; written only when there is something.
struct LineFlags: OptionSet {
  /// The lowest eight bits are those of `TextFlags`.
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ flags: TextFlags) { rawValue = UInt16(flags.rawValue) }

  static let loneSurrogate = LineFlags(rawValue: 1 << 8)
  static let duplicateKey = LineFlags(rawValue: 1 << 9)
  static let invalidUTF8 = LineFlags(rawValue: 1 << 10)
  static let sentimentReplaced = LineFlags(rawValue: 1 << 11)
  static let notSpanish = LineFlags(rawValue: 1 << 12)

  /// The names in outputs, in order.
  static let names: [(flag: LineFlags, name: StaticString)] =
    TextFlags.names.map { (LineFlags($0.flag), $0.name) } + [
      (.loneSurrogate, "lone_surrogate"),
      (.duplicateKey, "duplicate_key"),
      (.invalidUTF8, "invalid_utf8"),
      (.sentimentReplaced, "sentiment_replaced"),
      (.notSpanish, "not_spanish"),
    ]

  /// What is worth knowing of how a line was read.
  init(_ flags: LocatedTweet.Flags) {
    self = []
    if flags.isEmpty { return }
    if flags.contains(.loneSurrogate) { insert(.loneSurrogate) }
    if flags.contains(.duplicateKey) { insert(.duplicateKey) }
    if flags.contains(.invalidUTF8) { insert(.invalidUTF8) }
    if flags.contains(.sentimentReplaced) { insert(.sentimentReplaced) }
    if flags.contains(.notSpanish) { insert(.notSpanish) }
  }
}
