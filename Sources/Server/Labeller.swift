internal import JSON
internal import NIOHTTP1
internal import Scoring
internal import Sentiment
internal import Statistics
internal import Synchronization
internal import Tweets

/// Labels the texts of requests as the filter does, with the daemon's current engine.
final class Labeller: Sendable {
  /// The limits of a request.
  static let limits = (bytes: 1 << 20, lines: 1000)

  private struct State {
    var engine: ScoringEngine?
    /// Made when they are needed, as each has a cache of its own.
    var scorers: [Rendering.Emit: Scorer] = [:]
    /// Made by the first explanation, as it holds the model's weights once more.
    var finder: ReasonFinding.Finder?
  }

  private let engine: @Sendable () -> ScoringEngine
  private let makeFinder: ServedDaemon.Reasons
  private let turns: TurnQueue
  private let state = Mutex(State())

  /// A labeller for `daemon`, whose work is done in turns.
  init(_ daemon: ServedDaemon, _ turns: TurnQueue) {
    (engine, makeFinder, self.turns) = (daemon.engine, daemon.reasons, turns)
  }

  /// A scorer with the current engine, whose bad lines are answered in their places.
  func scorer(_ emit: Rendering.Emit? = nil) -> Scorer {
    let engine = engine()
    return state.withLock { state in
      if state.engine !== engine { state = State(engine: engine) }
      var rendering = engine.rendering
      (rendering.emit, rendering.badLines) = (emit ?? rendering.emit, .inline)
      if let scorer = state.scorers[rendering.emit] { return scorer }
      let scorer = Scorer(
        ScoringEngine(
          scorer: engine.scorer, reading: engine.reading, rendering: rendering, phrasing: Self.phrasing))
      state.scorers[rendering.emit] = scorer
      return scorer
    }
  }

  /// Answers `POST /v1/classify`.
  ///
  /// - Returns: the lines that `animo classify` writes for the body. The status is 422 if none of them could be
  ///   labelled.
  func classify(_ request: Request) -> Answer {
    let emit = request.query["emit"]
    guard emit == nil || emit.flatMap(Rendering.Emit.init(rawValue:)) != nil else {
      return .problem(.badRequest, "emit must be merge, compact or label")
    }
    let format: InputFormat?
    switch Self.format(of: request) {
    case .failure(let refusal): return refusal.answer
    case .success(let found): format = found
    }
    let inputs = format == .jsonl ? Self.inputs(in: request.body) : nil
    if case .success(let texts)? = inputs { return hubAnswer(to: texts) }
    let scorer = scorer(emit.flatMap(Rendering.Emit.init(rawValue:)))
    do {
      let (lines, counts) = try scorer.label(request.body, named: "the body", as: format) { counts in
        turns.rest()
        return counts.lines <= Self.limits.lines && !turns.isOver
      }
      guard !turns.isOver else { return Self.stopping }
      guard counts.lines <= Self.limits.lines else {
        return .problem(.payloadTooLarge, "more than \(Self.limits.lines) lines; send fewer at a time")
      }
      var answer = Answer(body: "")
      answer.body = lines
      if scorer.engine.rendering.emit != .label {
        let isOne =
          request.mediaType == Answer.json && Self.isObject(request.body) && counts.lines == 1
          && !lines.isEmpty
        answer.mediaType = isOne ? Answer.json : Answer.jsonLines
      }
      if counts.tweets == 0, counts.rejectedTotal > 0 {
        // A tweet may have a member of that name too; what is none was meant as texts.
        if case .failure(let refusal)? = inputs { return refusal.answer }
        answer.status = .unprocessableEntity
      }
      return answer
    } catch {
      return .problem(.unprocessableEntity, error.description(Self.phrasing))
    }
  }

  /// Remedies in the terms of a request: clients know neither the daemon's options nor those of the command line.
  static let phrasing: Remedy.Phrasing = { remedy in
    switch remedy {
    case .nameAnotherText, .nameTheText: "give the text one of the expected names"
    case .describeTheTable: "the first line must be a header that names the columns"
    case .chooseTheDelimiter: "a first line such as sep=; says which it is"
    case .nameTheTable: "send it as text/csv with a header that names the columns, or as text/plain"
    case .nameTheFormat: "is it JSON Lines? Content-Type says what it is"
    case .nameTheEncoding, .nameAnEncoding, .replaceInvalid: "send UTF-8"
    case .readAsText: "if it is plain text, send it as text/plain"
    case .readAsWindows1252: "looks like windows-1252: send UTF-8"
    case .allowMore, .allowLongerLines: "send shorter lines"
    }
  }

  /// The answer to a request that the end of the server cuts off.
  private static var stopping: Answer {
    .problem(.serviceUnavailable, "the daemon is stopping", [Site.retry])
  }

  private static func isObject(_ body: [UInt8]) -> Bool {
    body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
  }

  /// The format that a request's media type names; nil if it has none, so that the body tells.
  private static func format(of request: Request) -> Result<InputFormat?, Site.Refusal> {
    func refuse(_ detail: String) -> Result<InputFormat?, Site.Refusal> {
      .failure(Site.Refusal(.problem(.unsupportedMediaType, detail)))
    }
    guard request.headers["content-encoding"].allSatisfy({ $0.lowercased() == "identity" }),
      Compression(start: request.body) == nil
    else { return refuse("the body must not be compressed") }
    guard ["utf-8", "utf8", "us-ascii"].contains(request.charset ?? "utf-8") else {
      return refuse("the body must be UTF-8")
    }
    guard let type = request.mediaType else { return .success(nil) }
    guard let format = formats.first(where: { $0.types.contains(type) })?.format else {
      return refuse(
        "Content-Type must be one of \(formats.flatMap(\.types).joined(separator: ", "))")
    }
    return .success(format)
  }

  /// The media types of each format, the usual one first.
  static let formats: [(format: InputFormat, types: [String])] = [
    (
      .jsonl,
      [Answer.json, Answer.jsonLines, "application/jsonl", "application/ndjson", "application/json-seq"]
    ),
    (.text, ["text/plain"]), (.csv, ["text/csv"]), (.tsv, ["text/tab-separated-values"]),
  ]

  static func types(of format: InputFormat) -> [String] {
    formats.filter { $0.format == format }.flatMap(\.types)
  }
}

// The shape of Hugging Face's servers: {"inputs": "…"} or {"inputs": ["…", …]}.
extension Labeller {
  /// The texts of a body in that shape, or the answer to one whose `inputs` are no texts; nil for others.
  private static func inputs(in body: [UInt8]) -> Result<[String], Site.Refusal>? {
    guard isObject(body),
      let inputs = (try? JSONReader.read(body, repairsSurrogates: true))?.members?["inputs"]
    else { return nil }
    if let text = inputs.string { return .success([text]) }
    let wrong = inputs.array?.firstIndex { $0.string == nil }
    if let entries = inputs.array, wrong == nil { return .success(entries.compactMap(\.string)) }
    let detail = wrong.map { "inputs[\($0)] is not a text; " } ?? ""
    return .failure(
      Site.Refusal(.problem(.unprocessableEntity, detail + "inputs must be a text or an array of texts")))
  }

  /// For each text its labels, the likeliest first; none for a text that is given no label.
  private func hubAnswer(to inputs: [String]) -> Answer {
    guard inputs.count <= Self.limits.lines else {
      return .problem(.payloadTooLarge, "more than \(Self.limits.lines) texts; send fewer at a time")
    }
    let scorer = scorer()
    var rankings: [JSONValue] = []
    for start in stride(from: 0, to: inputs.count, by: Self.textsAtOnce) {
      if start > 0 { turns.rest() }
      guard !turns.isOver else { return Self.stopping }
      let texts = inputs[start..<min(start + Self.textsAtOnce, inputs.count)]
      rankings += scorer.answers(to: texts).map { Self.ranking($0, of: scorer.engine.answers) }
    }
    return Answer(.array(rankings))
  }

  /// The maximum number of texts that are labelled without a pause; the end of the server waits for them.
  private static let textsAtOnce = 64

  private static func ranking(_ answer: Scorer.Answer, of names: [String]) -> JSONValue {
    guard answer.label != nil else { return .array([]) }
    let labels = zip(names, answer.probabilities).sorted { $0.1 > $1.1 }
    return .array(labels.map { .object([("label", .string($0)), ("score", Self.probability($1))]) })
  }

  /// Millionths, as in the filter's output.
  static func probability(_ millionths: Int32) -> JSONValue { .decimal(Double(millionths) / 1e6, places: 6) }
}

// Which words decided.
extension Labeller {
  /// The limits of a text that is explained, and of the tokens that the model reads of it: most models, the one
  /// that ships among them, read fewer, and leave out the rest as in labelling.
  private static let longestExplained = (bytes: 16 << 10, tokens: 512)

  /// Answers `POST /v1/explain`: the answer for `{"text":"…"}`, the tokens that the model read, and what each word and
  /// mark adds to each label's log-odds, as in `animo explain --json` but roughly.
  func explain(_ request: Request) -> Answer {
    guard request.mediaType == Answer.json else {
      return .problem(.unsupportedMediaType, "Content-Type must be application/json")
    }
    let body = try? JSONReader.read(request.body, repairsSurrogates: true)
    guard let text = body?.members?["text"]?.string else {
      return .problem(.unprocessableEntity, "expected {\"text\": \"…\"}")
    }
    guard text.utf8.count <= Self.longestExplained.bytes else {
      return .problem(.payloadTooLarge, "a text of more than \(Self.longestExplained.bytes) bytes")
    }
    let scorer = scorer()
    let explanation = scorer.engine.scorer.explain(text)
    guard explanation.tokens.count <= Self.longestExplained.tokens else {
      return .problem(
        .payloadTooLarge,
        "a text of more than \(Self.longestExplained.tokens) tokens; animo explain has no such limit")
    }
    let reasons: [Reason]
    do {
      reasons = try self.reasons(in: text, scorer.engine)
    } catch {
      return .problem(.serviceUnavailable, "the words cannot be weighed: \(error)")
    }
    guard !turns.isOver else { return Self.stopping }
    return Answer(json(of: scorer.answers(to: [text])[0], explanation, reasons, scorer.engine))
  }

  /// What each word and mark contributes to each of the engine's answers.
  private func reasons(in text: String, _ engine: ScoringEngine) throws -> [Reason] {
    // The log-odds of all labels add up to 0: those of the last follow from the others.
    let contrasts = engine.answers.dropLast().map { label in
      (label: label, others: engine.answers.filter { $0 != label })
    }
    let goesOn: @Sendable () -> Bool = { [turns] in !turns.isOver }
    let reasons = try state.withLock { state in
      let find = try state.finder ?? makeFinder(engine, goesOn)
      state.finder = find
      return find(text, contrasts)
    }
    return reasons.map { reason in
      Reason(word: reason.word, isMark: reason.isMark, worths: reason.worths + [-reason.worths.reduce(0, +)])
    }
  }

  private func json(
    of answer: Scorer.Answer, _ explanation: Explanation, _ reasons: [Reason], _ engine: ScoringEngine
  ) -> JSONValue {
    func byLabel(_ values: [JSONValue]) -> JSONValue { .object(Array(zip(engine.answers, values))) }
    func json(_ name: String, _ reason: Reason) -> JSONValue {
      .object([
        (name, .string(reason.word)), ("worth", byLabel(reason.worths.map { .decimal($0, places: 3) })),
      ])
    }
    return .object([
      ("label", answer.label.map { .string(engine.labels[$0]) } ?? .null),
      ("p", answer.label == nil ? .null : byLabel(answer.probabilities.map(Self.probability))),
      ("model", .string(engine.modelName)), ("cleaned", .string(explanation.cleaned)),
      (
        "tokens",
        .array(
          explanation.tokens.map { .object([("token", .string($0.text)), ("unknown", .bool($0.isUnknown))]) })
      ),
      ("words", .array(reasons.filter { !$0.isMark }.map { json("word", $0) })),
      ("marks", .array(reasons.filter(\.isMark).map { json("mark", $0) })),
      ("flags", .array(answer.flags.names.map(JSONValue.string))),
    ])
  }
}
