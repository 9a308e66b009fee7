internal import SystemCalls
internal import Tweets

/// The names of a job's published files.
///
/// `a.jsonl`, `a.jsonl.gz` and the like become `out/a.jsonl` and `rejected/a.rejects.jsonl`; any other name keeps
/// its ending, so that `a.txt` and `a.csv` stay apart: `out/a.txt.jsonl`, `rejected/a.txt.rejects.jsonl`. If one of a
/// job's names is taken, all get a number: `a.~2.jsonl`, `a.~2.rejects.jsonl`.
struct NamingScheme {
  /// The part before the number.
  private let stem: FileName
  /// The rest of the input's name.
  private let inputEnding: String
  private let outputEnding: String

  init(of name: FileName, outputEnding: String) {
    self.outputEnding = outputEnding
    let uncompressed = name.uncompressed
    let kind = uncompressed.hasEnding(outputEnding) ? outputEnding.utf8.count : 0
    stem = uncompressed.droppingLast(kind)
    inputEnding = String(decoding: name.bytes.dropFirst(stem.bytes.count), as: UTF8.self)
  }

  /// The ending of `name` that denotes its format, without that of compression: `.csv` for `a.csv.gz`.
  static func ending(of name: FileName) -> String {
    let bytes = name.uncompressed.bytes
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return "" }
    return String(decoding: bytes[dot...], as: UTF8.self)
  }

  /// The labelled tweets in `out/`.
  func output(_ number: Int) -> FileName { numbered(number).appending(outputEnding) }
  /// The bad lines in `rejected/`.
  func rejects(_ number: Int) -> FileName { numbered(number).appending(".rejects.jsonl") }
  /// The refused input in `rejected/`.
  func refused(_ number: Int) -> FileName { numbered(number).appending(inputEnding) }
  /// The reason of the refusal, in `rejected/`.
  func why(_ number: Int) -> FileName { refused(number).appending(".why.json") }

  /// The first number for which `isFree` holds, or a slightly later one if very many are taken.
  ///
  /// Doubles until a number is free, then bisects: the hundred-thousandth `a.jsonl` takes 34 checks.
  static func firstFree(where isFree: (Int) throws(SystemCallError) -> Bool) throws(SystemCallError) -> Int {
    var (taken, free) = (0, 1)
    while try !isFree(free) { (taken, free) = (free, free * 2) }
    while free - taken > 1 {
      let middle = (taken + free) / 2
      if try isFree(middle) { free = middle } else { taken = middle }
    }
    return free
  }

  private func numbered(_ number: Int) -> FileName {
    number == 1 ? stem : stem.appending(".~\(number)")
  }
}

extension FileName {
  /// The name without the ending of compression: `a.csv` for `a.csv.gz`.
  var uncompressed: FileName {
    droppingLast(InputFormat.compressionEnding(of: description)?.utf8.count ?? 0)
  }
}
