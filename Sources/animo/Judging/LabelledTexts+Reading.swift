import Streaming
import Synchronization

extension LabelledTexts {
  /// Adds the texts of a file that holds one a line, all with the same label.
  ///
  /// - Throws: `InputError` when the file cannot be read, or a line is not UTF-8.
  mutating func addLines(of file: InputFile, label: String) throws {
    try Self.forEachLine(of: file, as: .text) { line in
      guard let text = String(validating: line, as: UTF8.self) else {
        throw Rejection(.invalidUTF8, "not UTF-8")
      }
      add(text, label: label)
    }
  }

  /// Adds the texts of a file with a JSON object a line: `{"text":"…","label":"…","split":"…"}`.
  ///
  /// - Parameter split: only texts with this `split` count; nil for all texts.
  /// - Throws: `InputError` when the file cannot be read, or a line is not such an object.
  mutating func addObjects(of file: InputFile, split: String?) throws {
    try Self.forEachLine(of: file, as: .jsonl) { line in
      let members = try StringMembers.read(["text", "label", "split"], in: line.span)
      guard let text = members[0] else { throw Rejection(.noText, "no string named \"text\"") }
      guard let label = members[1] else { throw Rejection(.noText, "no string named \"label\"") }
      guard split == nil || members[2] == split else { return }
      add(text, label: label)
    }
  }

  /// Calls `body` with the bytes of each line that is not blank.
  private static func forEachLine(
    of file: InputFile, as format: InputFormat, _ body: ([UInt8]) throws -> Void
  ) throws {
    let failure = Mutex<InputError?>(nil)
    var options = ReadingOptions()
    options.format = format
    var source = FileSource([file.file], labels: 0, options: options) { error in
      failure.withLock { $0 = error }
    }
    var chunk = Chunk()
    var state = SourceState.open
    while state == .open {
      chunk.removeAll()
      state = source.fill(&chunk, upTo: ChunkLimit(lines: 1024), patience: .seconds(1))
      for line in chunk.lines {
        do {
          if let rejection = line.rejection { throw rejection }
          try body(Array(chunk.bytes[line.range]))
        } catch let rejection as Rejection {
          throw InputError(file.file.name, .refused("line \(line.number): \(rejection.detail)"))
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
