/// Which release this is; the same number heads the change list.
enum Version {
  static let current = "0.1.0"
}
