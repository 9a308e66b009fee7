// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with: the Swift 6 language mode (the default of these tools), the
/// upcoming features, and every warning an error. Tests reach into the optimised modules too, so that one release
/// build gives the program and its tests.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
]

/// What tests are compiled with: not optimised, which is sooner done; the modules that they test are optimised.
/// They have no debug information, and their modules, which nothing imports, no compiler process of their own.
let testSettings =
  settings + [
    SwiftSetting.unsafeFlags(
      ["-Onone", "-Xfrontend", "-gnone", "-no-emit-module-separately-wmo"], .when(configuration: .release))
  ]

/// What C is compiled with in addition: calls of the C library that overrun what they are given end the process.
let fortified = [CSetting.define("_FORTIFY_SOURCE", to: "2", .when(configuration: .release))]

/// A stage of the work: a Swift module under `Sources/`.
func stage(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one stage, under `Tests/<name>Tests/`.
func tests(of name: String, using dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: testSettings)
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let nio = ["NIOCore", "NIOHTTP1", "NIOPosix"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}

let package = Package(
  name: "animo",
  products: [
    .executable(name: "animo", targets: ["animo"]),
    .executable(name: "animo-benchmarks", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Without Hummingbird, which cannot serve on a socket that is open already.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // For the tests only.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // The program: optimised it has Swift's libraries inside. Its commands are the only target that knows all others,
    // and a library of their own, as what is linked to the program would be linked to the tests too.
    .executableTarget(
      name: "animo", dependencies: ["Commands"], path: "Sources/animo/Main", cSettings: fortified,
      linkerSettings: [
        .unsafeFlags(
          ["-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections"],
          .when(configuration: .release)),
        // All symbols are bound at the start, and the tables of their addresses read-only from then on.
        .unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "relro"]),
      ]),
    .target(
      name: "Commands",
      dependencies: [
        "AWDLSTM", "Daemon", "Datasets", "Dates", "DefaultModel", "Evaluation", "Explaining", "JSON",
        "Kernels", "Ledger", "Pages", "Scoring",
        "Sentiment", "Server", "Spool", "Statistics", "SystemCalls", "Systemd", "TOML", "Training",
        "TweetText", "Tweets", "WordClouds",
        argumentParser, lifecycle, logging, systemPackage,
      ],
      path: "Sources/animo", exclude: ["Main", "animo.docc"],
      // Inside the program: `animo model export --hub` writes it into the folder.
      resources: [.embedInCode("Commands/Model/modeling_animo.py")], swiftSettings: settings),

    // Text and network.
    stage("JSON"),
    stage("TOML"),
    stage("TweetText"),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])] + fortified),
    stage("Kernels", uses: ["CKernels"]),
    stage("AWDLSTM", uses: ["JSON", "Kernels", "SystemCalls", systemPackage]),
    .target(name: "CDefaultModel", exclude: ["es-tweets"], cSettings: fortified),
    stage("DefaultModel", uses: ["AWDLSTM", "CDefaultModel"]),
    stage("Sentiment", uses: ["AWDLSTM", "DefaultModel", "Kernels", "SystemCalls", "TweetText", "CZlib"]),

    // Tweets in, labels out.
    stage("Dates"),
    stage("SystemCalls", uses: ["CLinux", "Dates", systemPackage]),
    .systemLibrary(name: "CLinux"),
    stage(
      "Tweets", uses: ["Dates", "JSON", "SystemCalls", "CBzip2", "CLzma", "CZlib", "CZstd", systemPackage]),
    stage("Statistics", uses: ["Dates", "JSON"]),
    stage(
      "Scoring",
      uses: [
        "AWDLSTM", "JSON", "Sentiment", "Statistics", "SystemCalls", "TweetText", "Tweets", systemPackage,
      ]),
    stage("Ledger", uses: ["CSQLite", "JSON", "Statistics", "SystemCalls", systemPackage]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    stage("Systemd", uses: ["CSystemd", "SystemCalls", logging, systemPackage]),
    stage(
      "Daemon",
      uses: [
        "JSON", "Scoring", "Statistics", "SystemCalls", "Systemd", "Tweets", lifecycle, logging,
        systemPackage,
      ]),
    stage(
      "Spool",
      uses: [
        "Daemon", "JSON", "Ledger", "Scoring", "Statistics", "SystemCalls", "Tweets", logging, systemPackage,
      ]),
    .target(
      name: "Server",
      dependencies: [
        "Daemon", "JSON", "Scoring", "Sentiment", "Statistics", "SystemCalls", "Tweets", lifecycle, logging,
        systemPackage,
      ] + nio,
      resources: ["page.html", "page.css", "page.js", "chart.js", "icon.svg"].map {
        .embedInCode("Page/" + $0)
      },
      swiftSettings: settings),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // How a model is made and judged; the modules of the daemon do not depend on these.
    stage("Datasets", uses: ["JSON", "SystemCalls", "TweetText", "Tweets", systemPackage]),
    stage(
      "Training",
      uses: ["AWDLSTM", "Datasets", "JSON", "Kernels", "SystemCalls", "TweetText", "CZlib", systemPackage]),
    stage("Pages", uses: ["JSON"]),
    stage("WordClouds", uses: ["Pages", "Statistics"]),
    stage("Evaluation", uses: ["AWDLSTM", "Datasets", "JSON", "Pages", "Sentiment"]),
    stage("Explaining", uses: ["AWDLSTM", "JSON", "Pages", "Sentiment", "Training", "TweetText"]),
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),

    // Tests.
    .target(
      name: "TestSupport", dependencies: [subprocess, systemPackage], path: "Tests/TestSupport",
      swiftSettings: settings),
    tests(of: "JSON"),
    tests(of: "Dates"),
    tests(of: "TOML"),
    tests(of: "TweetText"),
    tests(of: "Kernels"),
    // Checks of the kernels in C, a program of its own: KernelsTests compile it for other processors too.
    .executableTarget(
      name: "KernelChecks", dependencies: ["CKernels"], path: "Tests/KernelChecks",
      linkerSettings: [.linkedLibrary("m")]),
    tests(of: "AWDLSTM", using: ["DefaultModel", "Kernels"]),
    tests(of: "Sentiment", using: ["AWDLSTM", "DefaultModel", "TweetText"]),
    tests(of: "Tweets", using: ["JSON", systemPackage]),
    tests(of: "Scoring", using: ["Sentiment", "Statistics", "SystemCalls", "Tweets", systemPackage]),
    tests(of: "Statistics", using: ["JSON"]),
    tests(of: "Ledger", using: ["JSON", "Statistics", "SystemCalls", systemPackage]),
    tests(of: "Daemon", using: ["Spool", "Statistics", "SystemCalls", "Systemd", logging, systemPackage]),
    tests(
      of: "Spool",
      using: [
        "Daemon", "Ledger", "Scoring", "Statistics", "SystemCalls", "Tweets", logging, systemPackage,
      ]),
    tests(
      of: "Server",
      using: [
        "Daemon", "JSON", "Scoring", "Sentiment", "Statistics", "SystemCalls", lifecycle, logging,
        systemPackage,
      ] + nio),
    tests(of: "Systemd", using: [logging, systemPackage]),
    tests(of: "Datasets", using: ["TweetText", "Tweets", systemPackage]),
    tests(
      of: "Training",
      using: ["AWDLSTM", "Datasets", "Kernels", "SystemCalls", "TweetText", systemPackage]),
    tests(of: "Pages"),
    tests(of: "WordClouds", using: ["Pages"]),
    tests(of: "Evaluation", using: ["AWDLSTM", "Datasets", "Sentiment"]),
    tests(of: "Explaining", using: ["JSON", "Sentiment"]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "AWDLSTM", "Datasets", "Evaluation", "JSON", "Kernels", "Scoring", "Statistics", "TestSupport",
        "Training", "TweetText", argumentParser,
      ],
      path: "Tests/Benchmarks", exclude: ["Results", "peers", "peers.py", "requirements.txt"],
      swiftSettings: settings),
    tests(of: "Commands", using: ["Statistics", "SystemCalls", "TOML", "Tweets", systemPackage]),
    // Runs of the program, which is not linked to them: they are compiled beside it.
    .testTarget(name: "CommandTests", dependencies: ["TestSupport"], swiftSettings: testSettings),
  ]
)
