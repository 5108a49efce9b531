using System.Text;

namespace Hutch.Hosting.Secrets;

/// <summary>Keeps the values of secret variables out of logs and of what a service says about itself.</summary>
public sealed class SecretMask
{
    /// <summary>Shorter values are words of every text.</summary>
    private const int ShortestSecret = 4;

    private readonly string[] _secrets;

    /// <summary>Masks the values of those variables that look secret by their name, or are a URL with a password.</summary>
    public SecretMask(IEnumerable<KeyValuePair<string, string>> variables) =>
        _secrets = [.. variables.Where(v => SecretNames.LooksSecret(v.Key) || SecretNames.HasPassword(v.Value)).Select(v => v.Value)
            .SelectMany(v => new[] { v, Uri.EscapeDataString(v) }).Where(v => v.Length >= ShortestSecret).Distinct().OrderByDescending(v => v.Length)];

    /// <summary>The text with stars in place of secrets.</summary>
    public string Apply(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>A writer that masks, a line at a time.</summary>
    public TextWriter Over(TextWriter writer) => _secrets.Length == 0 ? writer : TextWriter.Synchronized(new Writer(this, writer));

    private sealed class Writer(SecretMask mask, TextWriter inner) : TextWriter
    {
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value)
        {
            _line.Append(value);
            if (value == '\n')
                Flush();
        }

        public override void Flush()
        {
            inner.Write(mask.Apply(_line.ToString()));
            inner.Flush();
            _line.Clear();
        }
    }
}
