import AWDLSTM
import Testing

/// A network in `Tests/Golden` with what PyTorch answers to some tweets, tensor by tensor.
struct GoldenNetwork {
  let directory: String
  let tweets: [Tweet]

  struct Tweet {
    let ids: [Int32]
    /// By name, such as `rnns.1` for what the second LSTM layer answers: a row a token.
    var tensors: [String: [[Float]]] = [:]
  }

  /// Reads `Tests/Golden/<name>`; `network-tiny.py` there says how its files are laid out.
  init(_ name: String) throws {
    directory = Self.golden(name)
    let answers = try ModelFile(path: directory + "/answers.txt")
    let text = answers.withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) } }
    var tweets: [Tweet] = []
    var rowsLeft = 0
    var tensor = ""
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " ")).map { String(validating: $0, as: UTF8.self) ?? "" }
      if rowsLeft > 0 {
        tweets[tweets.count - 1].tensors[tensor, default: []].append(words.compactMap { Float($0) })
        rowsLeft -= 1
      } else if words[0] == "tweet" {
        tweets.append(Tweet(ids: words.dropFirst().compactMap { Int32($0) }))
      } else {
        tensor = words[1]
        rowsLeft = try #require(Int(words[2]))
      }
    }
    self.tweets = tweets
  }

  func model() throws(ModelError) -> Model {
    try Model(directory: directory)
  }

  /// All tweets as a batch.
  var batch: Batch {
    Batch(tweets.map(\.ids))
  }

  static func golden(_ name: String) -> String {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(tests)/Golden/\(name)"
  }
}

/// Tweets in the form that `Network.classify` takes.
struct Batch {
  var ids: [Int32] = []
  var offsets: [Int] = [0]

  /// Takes the tweets' token ids; lengths must fall.
  init(_ tweets: [[Int32]]) {
    for tweet in tweets {
      ids += tweet
      offsets.append(ids.count)
    }
  }

  /// The logits of each tweet, by a workspace of their own or the one given.
  func logits(_ network: Network, using workspace: Workspace? = nil) -> [[Float]] {
    let rows = offsets.count - 1
    let labels = network.architecture.labels.count
    var logits = [Float](repeating: .nan, count: rows * labels)
    var span = logits.mutableSpan
    network.classify(
      ids: ids.span, offsets: offsets.span, using: workspace ?? network.makeWorkspace(rows: rows),
      logits: &span)
    return (0..<rows).map { Array(logits[$0 * labels..<($0 + 1) * labels]) }
  }
}
