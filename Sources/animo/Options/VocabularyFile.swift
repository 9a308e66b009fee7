import SystemCalls
import SystemPackage
import TweetText

/// A `vocab.txt` named on the command line.
struct VocabularyFile {
  private let path: FilePath

  /// The maximum size of a file, in bytes: as many tokens as a model can have, and long ones.
  private static let longest = 256 << 20

  init(path: String) {
    self.path = FilePath(path)
  }

  /// The vocabulary that it holds.
  ///
  /// - Throws: `CommandFailure` if it cannot be read or is not a vocabulary.
  func read() throws(CommandFailure) -> Vocabulary {
    let lines: [UInt8]
    do {
      lines = try FileDescriptor.contents(of: path, atMost: Self.longest)
    } catch {
      throw CommandFailure(.noInput, "\(error)")
    }
    guard lines.count <= Self.longest else {
      throw CommandFailure(
        .dataError, "\(path.string): expected a vocabulary of at most \(Self.longest >> 20) MiB, found more")
    }
    do {
      return try Vocabulary(lines: lines.span)
    } catch {
      throw CommandFailure(.dataError, "\(path.string): \(error)")
    }
  }

  /// Replaces the file's content by `lines`, atomically.
  ///
  /// - Throws: `CommandFailure` when it cannot be written; the file is then unchanged.
  func write(_ lines: [UInt8]) throws(CommandFailure) {
    guard let last = path.lastComponent, let name = FileName(bytes: Array(last.string.utf8)) else {
      throw CommandFailure(.usage, "\(path.string): this names no file")
    }
    let folder = path.removingLastComponent()
    do {
      let directory = try Directory(folder.isEmpty ? "." : folder)
      try directory.replace(name, with: lines.span, mode: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }
}
