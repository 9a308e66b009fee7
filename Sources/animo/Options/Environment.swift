import Glibc

/// The process's environment.
enum Environment {
  /// The value of a variable, or nil when it is not set or empty.
  static func value(of name: String) -> String? {
    // Sound: the string is copied before anything could change the environment.
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
