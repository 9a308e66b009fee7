import AWDLSTM
import ArgumentParser
import Datasets
import Glibc
import Ledger
import Sentiment
import Spool
import SystemCalls
import SystemPackage
import Systemd
import Tweets

/// The program's exit statuses, from sysexits.h, so that scripts can distinguish causes.
enum ExitStatus: Int32 {
  /// The command line is wrong.
  case usage = 64
  /// Some lines or files could not be labelled.
  case dataError = 65
  /// An input does not exist or cannot be opened.
  case noInput = 66
  /// The daemon is not running.
  case unavailable = 69
  /// A bug in the program.
  case software = 70
  /// The system refused a resource that should be available.
  case osError = 71
  /// An output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed.
  case ioError = 74
  /// Another instance is running.
  case temporaryFailure = 75
  /// Permission is missing.
  case noPermission = 77
  /// The configuration or the model is wrong.
  case configuration = 78
}

/// A failure that ends a command, with the message for the user.
struct CommandFailure: Error, CustomStringConvertible {
  let status: ExitStatus
  /// The error and its remedy; nil if they have been reported already.
  let message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }

  var description: String { message ?? "status \(status.rawValue)" }
}

extension ExitStatus {
  /// Reports `error` and ends the process with its status.
  static func end(with error: any Error) -> Never {
    switch error {
    case let failure as CommandFailure: end(failure.status, failure.message)
    case let error as SystemCallError where error.reason == .brokenPipe: SignalDescriptor.end(by: SIGPIPE)
    case is SentimentError, is ModelError, is SettingError, is SpoolError, is LedgerError, is RejectedLine,
      is DatasetError, is InheritedSocketError,
      is InputError, is JobRequestError, is SystemCallError:
      end(of(error), ErrorText.of(error))
    default:
      guard Animo.exitCode(for: error).isSuccess else { Animo.exit(withError: error) }
      tell(Animo.fullMessage(for: error))
    }
  }

  /// Writes what was asked for, such as help, and ends the process; the parser itself would not notice a full disk.
  private static func tell(_ text: String) -> Never {
    do {
      if !text.isEmpty { try StandardOutput.write(text + "\n") }
    } catch {
      end(with: error)
    }
    exit(EXIT_SUCCESS)
  }

  /// The exit status for `error`, decided here and nowhere else.
  static func of(_ error: any Error) -> ExitStatus {
    switch error {
    case let failure as CommandFailure: failure.status
    case is SentimentError, is ModelError, is SettingError, is InheritedSocketError: .configuration
    case let error as SpoolError:
      switch error.cause {
      case .configuration: .configuration
      case .permission: .noPermission
      case .inUse: .temporaryFailure
      case .failed: .ioError
      }
    case let error as LedgerError: error.cause == .unusable ? .configuration : .ioError
    case let error as JobRequestError:
      switch error.cause {
      case .unknown: .noInput
      case .permission: .noPermission
      case .busy: .temporaryFailure
      case .failed: .ioError
      }
    case is RejectedLine, is DatasetError: .dataError
    case let error as InputError: error.isRefusal ? .dataError : .ioError
    case let error as SystemCallError: of(error.reason)
    default: .software
    }
  }

  private static func of(_ reason: Errno) -> ExitStatus {
    switch reason {
    case .permissionDenied, .notPermitted: .noPermission
    // No thread, no memory.
    case .resourceTemporarilyUnavailable, .noMemory: .osError
    default: .ioError
    }
  }

  /// The `errno` behind `error`, if there is one.
  static func errorNumber(of error: any Error) -> Int32? {
    switch error {
    case let error as SystemCallError: error.reason.rawValue
    case let error as SpoolError: error.reason?.rawValue
    case let error as LedgerError: error.reason?.rawValue
    case let error as InputError: errorNumber(of: error)
    default: nil
    }
  }

  private static func errorNumber(of error: InputError) -> Int32? {
    if case .unreadable(let failure) = error.reason { failure.reason.rawValue } else { nil }
  }

  private static func end(_ status: ExitStatus, _ message: String?) -> Never {
    if let message { StandardError.write("animo: \(message)\n") }
    exit(status.rawValue)
  }
}
