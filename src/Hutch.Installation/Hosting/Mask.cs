using System.Text;
using Hutch.Installation.Checks;

namespace Hutch.Installation.Hosting;

/// <summary>Keeps the values of secret variables out of what a service writes about its errors.</summary>
internal sealed class Mask
{
    /// <summary>Shorter values are words of every text.</summary>
    private const int ShortestSecret = 4;

    private readonly string[] _secrets;

    public Mask(IReadOnlyDictionary<string, string> variables) =>
        _secrets = [.. variables.Where(v => SecretNames.LooksSecret(v.Key) || SecretNames.HasPassword(v.Value)).Select(v => v.Value)
            .SelectMany(v => new[] { v, Uri.EscapeDataString(v) }).Where(v => v.Length >= ShortestSecret).Distinct().OrderByDescending(v => v.Length)];

    /// <summary>The text with stars in place of secrets.</summary>
    public string Apply(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "***", StringComparison.Ordinal));

    /// <summary>A writer that masks, a line at a time.</summary>
    public TextWriter Over(TextWriter writer) => _secrets.Length == 0 ? writer : TextWriter.Synchronized(new Writer(this, writer));

    private sealed class Writer(Mask mask, TextWriter inner) : TextWriter
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
