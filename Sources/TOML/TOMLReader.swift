/// Reads a TOML text from its first character to its last: a recursive descent, a function for each rule of the grammar.
struct TOMLReader {
  let scalars: [Unicode.Scalar]
  var position = 0
  /// The line of `position`, from 1.
  var line = 1
  /// From 1, by path.
  private(set) var lines: [String: Int] = [:]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    // A byte order mark.
    if scalars.first == "\u{FEFF}" { position = 1 }
  }

  /// The members of the top-level table.
  mutating func read() throws(TOMLError) -> [String: TOMLValue] {
    let root = TOMLTable(.header, path: "", depth: 0)
    var table = root
    while true {
      skipBlanks()
      switch peek {
      case nil: return root.values
      case "[": table = try header(in: root)
      case "#", "\n", "\r": break
      default: try pair(into: table)
      }
      try endOfLine()
    }
  }
}

// Tables and keys.
extension TOMLReader {
  /// `[a.b]` or `[[a.b]]`: the table that the lines below it belong to.
  private mutating func header(in root: TOMLTable) throws(TOMLError) -> TOMLTable {
    position += 1
    let isArray = peek == "["
    if isArray { position += 1 }
    let keys = try key()
    guard take("]"), !isArray || take("]") else {
      throw error(expected: isArray ? "]] after the name of the table" : "] after the name of the table")
    }
    var parent = root
    for key in keys.dropLast() { parent = try parent.descend(key, making: .implied, by: self) }
    let name = keys[keys.count - 1]
    let table = isArray ? try append(name, to: parent) : try open(name, in: parent)
    // Of an array the line of its first table.
    if isArray { note(parent.path(of: name)) }
    note(table.path)
    return table
  }

  /// The table of a header, which has it for the first time.
  private func open(_ name: String, in parent: TOMLTable) throws(TOMLError) -> TOMLTable {
    switch parent.members[name] {
    case nil:
      let table = try parent.makeTable(.header, at: parent.path(of: name), by: self)
      parent.members[name] = .table(table)
      return table
    case .table(let table) where table.origin == .implied:
      table.origin = .header
      return table
    default: throw second(parent.path(of: name))
    }
  }

  /// One more table of an array.
  private func append(_ name: String, to parent: TOMLTable) throws(TOMLError) -> TOMLTable {
    let path = parent.path(of: name)
    switch parent.members[name] {
    case nil:
      let table = try parent.makeTable(.header, at: path + "[1]", by: self)
      parent.members[name] = .tables(TOMLTables(table))
      return table
    case .tables(let tables):
      let table = try parent.makeTable(.header, at: path + "[\(tables.all.count + 1)]", by: self)
      tables.all.append(table)
      return table
    default: throw second(path)
    }
  }

  /// `a.b = value`.
  private mutating func pair(into table: TOMLTable) throws(TOMLError) {
    let keys = try key()
    guard take("=") else { throw error(expected: "= after the name") }
    skipBlanks()
    var parent = table
    for key in keys.dropLast() {
      parent = try parent.descend(key, making: .dotted, by: self)
      note(parent.path)
    }
    let path = parent.path(of: keys[keys.count - 1])
    try check(path)
    guard parent.members[keys[keys.count - 1]] == nil else { throw second(path) }
    note(path)
    parent.members[keys[keys.count - 1]] = .value(try value(at: path, depth: parent.depth + 1))
  }

  /// `a."b c".d`: its parts, and the blanks around it.
  private mutating func key() throws(TOMLError) -> [String] {
    var keys: [String] = []
    repeat {
      skipBlanks()
      keys.append(try keyPart())
      skipBlanks()
      guard keys.count <= TOMLText.maximumDepth else { throw tooDeep }
    } while take(".")
    return keys
  }

  private mutating func keyPart() throws(TOMLError) -> String {
    switch peek {
    case "\"": return try basicString()
    case "'": return try literalString()
    default: break
    }
    let begin = position
    while let scalar = peek, scalar.isLetterOrDigit || scalar == "_" || scalar == "-" { position += 1 }
    if let scalar = peek, scalar.value > 0x7F {
      throw error(expected: "a name of letters from a to z, digits, _ and -, or one in quotation marks")
    }
    guard position > begin else { throw error(expected: "a name") }
    return text(begin..<position)
  }
}

extension TOMLTable {
  /// The table of a member that is not the last part of a key; created if there is none.
  fileprivate func descend(
    _ key: String, making origin: Origin, by reader: TOMLReader
  ) throws(TOMLError) -> TOMLTable {
    switch (members[key], origin) {
    case (nil, _):
      let table = try makeTable(origin, at: path(of: key), by: reader)
      members[key] = .table(table)
      return table
    case (.table(let table), .implied): return table
    case (.table(let table), _) where table.origin == .dotted: return table
    case (.tables(let tables), .implied): return tables.all[tables.all.count - 1]
    case (_?, _): throw reader.second(path(of: key))
    }
  }

  fileprivate func makeTable(
    _ origin: Origin, at path: String, by reader: TOMLReader
  ) throws(TOMLError) -> TOMLTable {
    guard depth < TOMLText.maximumDepth else { throw reader.tooDeep }
    try reader.check(path)
    return TOMLTable(origin, path: path, depth: depth + 1)
  }
}

// Values.
extension TOMLReader {
  /// - Parameters:
  ///   - path: of its key.
  ///   - depth: how many tables and arrays it is in.
  private mutating func value(at path: String, depth: Int) throws(TOMLError) -> TOMLValue {
    guard depth <= TOMLText.maximumDepth else { throw tooDeep }
    return switch peek {
    case "\"": .text(try isAt("\"\"\"") ? longBasicString() : basicString())
    case "'": .text(try isAt("'''") ? longLiteralString() : literalString())
    case "[": .array(try array(at: path, depth: depth))
    case "{": .table(try inlineTable(at: path, depth: depth))
    default: try scalar()
    }
  }

  /// `[1, 2]`, over as many lines as it likes.
  private mutating func array(at path: String, depth: Int) throws(TOMLError) -> [TOMLValue] {
    let begin = line
    position += 1
    var values: [TOMLValue] = []
    while true {
      try skipLines()
      if take("]") { return values }
      values.append(try value(at: "\(path)[\(values.count + 1)]", depth: depth + 1))
      try skipLines()
      guard take(",") || peek == "]" else {
        throw error(expected: ", or ] in the array that begins on line \(begin)")
      }
    }
  }

  /// `{ a = 1, b.c = 2 }`, on one line.
  private mutating func inlineTable(at path: String, depth: Int) throws(TOMLError) -> [String: TOMLValue] {
    position += 1
    let table = TOMLTable(.header, path: path, depth: depth)
    skipBlanks()
    if take("}") { return [:] }
    repeat {
      try pair(into: table)
      skipBlanks()
    } while take(",")
    guard take("}") else { throw error(expected: ", or } on the same line") }
    return table.values
  }
}

// Blanks, lines, errors.
extension TOMLReader {
  /// The character at the position; nil at the end.
  var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  /// Steps over a character, if it is there.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  /// Whether a text is at the position.
  func isAt(_ text: String) -> Bool { scalars[position...].starts(with: text.unicodeScalars) }

  func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

  private mutating func skipBlanks() {
    while let scalar = peek, scalar == " " || scalar == "\t" { position += 1 }
  }

  /// Steps over blanks, comments and ends of lines.
  private mutating func skipLines() throws(TOMLError) {
    while true {
      skipBlanks()
      switch peek {
      case "#", "\n", "\r": try endOfLine()
      default: return
      }
    }
  }

  /// Steps over blanks, a comment and the end of the line, or of the text.
  private mutating func endOfLine() throws(TOMLError) {
    skipBlanks()
    if peek == "#" {
      while let scalar = peek, scalar != "\n", !isAt("\r\n") {
        guard !scalar.isControl else { throw error(expected: "no control character in a comment") }
        position += 1
      }
    }
    guard try lineBreak() || peek == nil else { throw error(expected: "the end of the line") }
  }

  /// Steps over LF or CRLF.
  mutating func lineBreak() throws(TOMLError) -> Bool {
    if peek == "\r" {
      guard isAt("\r\n") else { throw error(expected: "a line feed after a carriage return") }
      position += 1
    }
    guard take("\n") else { return false }
    line += 1
    return true
  }

  /// Records the line of a key or table.
  private mutating func note(_ path: String) {
    if lines[path] == nil { lines[path] = line }
  }

  /// What to throw about what is at the position.
  func error(expected: String) -> TOMLError { TOMLError(line: line, expected: expected, found: found) }

  /// What to throw about a name that has a value or a header already.
  func second(_ path: String) -> TOMLError {
    let first = lines[path].map { ", after line \($0)" } ?? ""
    return TOMLError(line: line, key: path, expected: "each name once", found: "it again\(first)")
  }

  /// Refuses a path that is too long.
  func check(_ path: String) throws(TOMLError) {
    guard path.utf8.count > TOMLText.longestPath else { return }
    throw TOMLError(
      line: line, expected: "names of at most \(TOMLText.longestPath) bytes, with those of their tables",
      found: "a longer one")
  }

  var tooDeep: TOMLError {
    TOMLError(line: line, expected: "tables at most \(TOMLText.maximumDepth) deep", found: "deeper ones")
  }

  /// What is at the position, in words: a short piece of the line.
  private var found: String {
    guard let scalar = peek else { return "the end of the file" }
    if scalar == "\n" || scalar == "\r" { return "the end of the line" }
    if scalar.isControl { return "the control character \(scalar.value)" }
    var end = position + 1
    while end < scalars.count, end - position < 24, !scalars[end].endsFinding { end += 1 }
    return "\"\(text(position..<end))\""
  }
}

extension Unicode.Scalar {
  var isDigit: Bool { ("0"..."9").contains(self) }
  var isLetterOrDigit: Bool { isDigit || ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
  /// Whether TOML forbids it in texts and comments.
  var isControl: Bool { value < 0x20 && self != "\t" || value == 0x7F }
  /// Whether the piece of a line that a message shows ends before it.
  fileprivate var endsFinding: Bool { isControl || self == " " || self == "\t" || self == "," }
}
