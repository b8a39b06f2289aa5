class Cph < Formula
  desc "What became of your Huawei Cloud Phone jobs"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@DOWNLOAD@/cph-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:cph-@VERSION@-aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@DOWNLOAD@/cph-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:cph-@VERSION@-x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@DOWNLOAD@/cph-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:cph-@VERSION@-aarch64-unknown-linux-musl.tar.gz@"
    end
    on_intel do
      url "@DOWNLOAD@/cph-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256:cph-@VERSION@-x86_64-unknown-linux-musl.tar.gz@"
    end
  end

  def install
    bin.install "cph"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/cph.bash" => "cph"
    fish_completion.install "completions/cph.fish"
    zsh_completion.install "completions/_cph"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/cph --version")
    assert_match "success", shell_output("#{bin}/cph simulator -- cph job show 6837531fd3f54550927b930180a706bf")
  end
end
