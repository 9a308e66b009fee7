internal import CSQLite
internal import Glibc
internal import SystemCalls
internal import SystemPackage

/// A prepared SQL statement; values are bound to its `?` each time it runs.
@safe final class Statement {
  /// The current row of a running statement; columns are counted from 0.
  struct Row {
    fileprivate let statement: Statement

    /// A number; 0 for NULL.
    func integer(_ column: Int32) -> Int { Int(unsafe sqlite3_column_int64(statement.pointer, column)) }

    /// Whether it is NULL.
    func isNull(_ column: Int32) -> Bool {
      unsafe sqlite3_column_type(statement.pointer, column) == SQLITE_NULL
    }

    /// The bytes of a text or a blob; empty for NULL.
    func bytes(_ column: Int32) -> [UInt8] {
      // Sound: SQLite keeps the bytes until the statement is stepped, and says how many there are.
      let start = unsafe sqlite3_column_blob(statement.pointer, column)
      let count = unsafe Int(sqlite3_column_bytes(statement.pointer, column))
      return unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    /// A text; empty for NULL.
    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
  }

  /// Owned from `init` to `deinit`.
  private let pointer: OpaquePointer
  private let fail: (_ code: Int32, _ reason: Errno?) -> LedgerError

  /// Takes ownership of a prepared statement.
  ///
  /// - Parameter fail: makes an error from a code of SQLite and the kernel's error.
  init(
    _ pointer: OpaquePointer, failingWith fail: @escaping (_ code: Int32, _ reason: Errno?) -> LedgerError
  ) {
    unsafe self.pointer = unsafe pointer
    self.fail = fail
  }

  deinit { unsafe sqlite3_finalize(pointer) }

  /// Runs it with `values`, and calls `body` with each row of the result.
  func run(_ values: [SQLValue], _ body: (Row) throws -> Void = { _ in }) throws {
    // A reset returns the result of the last step again.
    defer { unsafe sqlite3_reset(pointer) }
    for (index, value) in values.enumerated() { try bind(value, Int32(index + 1)) }
    while true {
      // SQLite reads errno no earlier than this, and not at all when a COMMIT fails (sqlite3_system_errno).
      errno = 0
      let code = unsafe sqlite3_step(pointer)
      let reason = errno
      switch code {
      case SQLITE_ROW: try body(Row(statement: self))
      case SQLITE_DONE: return
      default: throw fail(code, reason == 0 ? nil : Errno(rawValue: reason))
      }
    }
  }

  private func bind(_ value: SQLValue, _ index: Int32) throws(LedgerError) {
    // Sound: SQLite copies the bytes before the call returns.
    let code =
      switch value {
      case .null: unsafe sqlite3_bind_null(pointer, index)
      case .integer(let number): unsafe sqlite3_bind_int64(pointer, index, Int64(number))
      case .text(let text):
        unsafe Array(text.utf8).withUnsafeBytes { bytes in
          unsafe animo_bind_text(pointer, index, bytes.baseAddress, Int32(bytes.count))
        }
      case .blob(let blob):
        unsafe blob.withUnsafeBytes { bytes in
          unsafe animo_bind_blob(pointer, index, bytes.baseAddress, Int32(bytes.count))
        }
      }
    guard code == SQLITE_OK else { throw fail(code, nil) }
  }
}

/// The value of a column.
enum SQLValue: Equatable {
  case null
  case integer(Int)
  case text(String)
  case blob([UInt8])

  /// The exact name of a file: as text if it is UTF-8, otherwise as bytes.
  init(_ name: FileName?) {
    guard let name else {
      self = .null
      return
    }
    self = String(validating: name.bytes, as: UTF8.self).map(SQLValue.text) ?? .blob(name.bytes)
  }

  /// A text, or NULL.
  init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }

  /// A number, or NULL.
  init(_ number: Int?) { self = number.map(SQLValue.integer) ?? .null }
}
