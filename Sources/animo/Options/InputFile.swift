import Glibc
import SystemCalls
import SystemPackage
import Tweets

/// A file named on the command line, checked before anything is written.
struct InputFile {
  let file: FileSource.File
  /// Its size in bytes; nil for pipes and compressed files, whose length is unknown.
  let size: Int?
  /// Whether it is an interactive terminal.
  let isKeyboard: Bool

  static let standardInput = InputFile(
    file: .standardInput, size: size(of: try? Stat(FileDescriptor.standardInput)),
    isKeyboard: TerminalInput.isTerminal)

  /// Checks a file; `-` is standard input.
  ///
  /// - Throws: `CommandFailure` when it does not exist, may not be read or is a folder.
  init(path: String) throws {
    guard path != "-" else {
      self = .standardInput
      return
    }
    guard !path.isEmpty else {
      throw CommandFailure(.noInput, "the name of an input is empty; name a file, or - for standard input")
    }
    let status: Stat
    do {
      status = try Stat(FilePath(path))
      guard unsafe access(path, R_OK) == 0 else { throw Errno(rawValue: errno) }
    } catch let error as Errno {
      let remedy =
        Self.looksLikeText(path)
        ? "; to classify a text itself, use animo explain, or pass it through standard input" : ""
      throw CommandFailure(
        error == .permissionDenied ? .noPermission : .noInput, "\(path): \(error.description)\(remedy)")
    }
    guard status.type != .directory else {
      throw CommandFailure(
        .noInput, "\(path): this is a folder; name the files in it, or give a spool to animo serve")
    }
    file = .path(FilePath(path))
    size = InputFormat.compressionEnding(of: path) == nil ? Self.size(of: status) : nil
    isKeyboard = false
  }

  /// Whether a name that is no file may have been meant as the text itself.
  private static func looksLikeText(_ path: String) -> Bool {
    path.contains(where: \.isWhitespace)
  }

  private init(file: FileSource.File, size: Int?, isKeyboard: Bool) {
    self.file = file
    self.size = size
    self.isKeyboard = isKeyboard
  }

  private static func size(of status: Stat?) -> Int? {
    guard let status, status.type == .regular else { return nil }
    return Int(status.size)
  }
}
