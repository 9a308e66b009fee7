import Foundation

/// A row of a golden file: what went in, and what Python answered.
struct Golden: CustomStringConvertible {
  let input: String
  let expected: String

  var description: String { input.debugDescription }

  /// Reads the rows of `Tests/Golden/<name>`, which `text-goldens.py` there wrote.
  static func rows(of name: String, file: StaticString = #filePath) throws -> [Golden] {
    let tests = URL(fileURLWithPath: "\(file)").deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: tests.appending(path: "Golden/\(name)"), encoding: .utf8)
    return text.unicodeScalars.split(separator: "\n").map { line in
      let columns = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
      return Golden(input: unescaped(columns[0]), expected: unescaped(columns[1]))
    }
  }

  /// `\u{A}` is a line feed.
  private static func unescaped(_ text: Substring.UnicodeScalarView) -> String {
    var result = String.UnicodeScalarView()
    var rest = text
    while let first = rest.popFirst() {
      guard first == "\\", let end = rest.firstIndex(of: "}") else {
        result.append(first)
        continue
      }
      let digits = String(rest[..<end].dropFirst(2))
      result.append(UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) ?? "\u{FFFD}")
      rest = rest[rest.index(after: end)...]
    }
    return String(result)
  }
}
