import Foundation

/// One answer of a server.
struct ServerAnswer: Equatable, Sendable {
  let status: Int
  /// By their names in lower case.
  let fields: [String: String]
  let body: String

  /// All whole answers that `text` begins with, none of them without Content-Length.
  ///
  /// - Parameter isHead: whether they are answers to HEAD, which have no bodies.
  static func all(in text: String, toHead isHead: Bool = false) -> [ServerAnswer] {
    var (answers, rest) = ([ServerAnswer](), Substring(text))
    while let end = rest.range(of: "\r\n\r\n") {
      let lines = rest[..<end.lowerBound].components(separatedBy: "\r\n")
      let fields = lines.dropFirst().compactMap { line in
        line.range(of: ": ").map { (line[..<$0.lowerBound].lowercased(), String(line[$0.upperBound...])) }
      }
      let head = Dictionary(fields) { "\($0), \($1)" }
      guard let length = head["content-length"].flatMap(Int.init) else { break }
      let body = rest[end.upperBound...].utf8.prefix(isHead ? 0 : length)
      guard isHead || body.count == length else { break }
      let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      answers.append(ServerAnswer(status: status ?? 0, fields: head, body: String(Substring(body))))
      rest = rest[body.endIndex...]
    }
    return answers
  }
}
