import Streaming
import SystemCalls
import SystemPackage

/// A file named on the command line, open for reading.
struct InputFile {
  let file: FileSource.File
  /// Its size in bytes, where that says how much there is to read: not for pipes and compressed files.
  let size: Int?
  /// Whether people type it.
  let isKeyboard: Bool

  static let standardInput = InputFile(
    file: .standardInput, size: size(of: .standardInput), isKeyboard: StandardInput.isTerminal)

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: `CommandFailure` when it does not exist, may not be read or is a folder.
  init(path: String) throws {
    guard path != "-" else {
      self = .standardInput
      return
    }
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(path), .readOnly, options: [.closeOnExec])
      guard try Stat(descriptor).type != .directory else {
        throw CommandFailure(
          .noInput, "\(path): this is a folder; name the files in it, or give a spool to animo serve")
      }
      let name = path.lowercased()
      file = FileSource.File(name: path, descriptor: descriptor)
      size = name.hasSuffix(".gz") ? nil : Self.size(of: descriptor)
      isKeyboard = false
    } catch let error as Errno {
      throw CommandFailure(
        error == .permissionDenied ? .noPermission : .noInput, "\(path): \(error.description)")
    }
  }

  private init(file: FileSource.File, size: Int?, isKeyboard: Bool) {
    self.file = file
    self.size = size
    self.isKeyboard = isKeyboard
  }

  private static func size(of descriptor: FileDescriptor) -> Int? {
    guard let status = try? Stat(descriptor), status.type == .regular else { return nil }
    return Int(status.size)
  }
}
