using System.Security.Cryptography;
using System.Text;

namespace Hutch.Web.Security;

/// <summary>Who may do what: for each token a name and a role. Only digests of the tokens are kept.</summary>
public sealed class AccessTokens
{
    /// <summary>The variable that holds the lines if there is no file.</summary>
    public const string Variable = "HUTCH_REST_TOKENS";

    private const int ShortestToken = 16;

    private readonly List<(byte[] Digest, Caller Caller)> _tokens = [];

    /// <summary>No tokens: everybody who can reach the server may do everything.</summary>
    public static AccessTokens None { get; } = new();

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>Reads a file, or the variable if there is none.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a line is not as it must be.</exception>
    public static AccessTokens Read(string? file) => file is not null
        ? Parse(SecretFile.Read(file), file)
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Parse(text, Variable) : None;

    /// <summary>Reads lines (or what semicolons separate) of <c>reader|operator NAME TOKEN</c>; empty ones and those that begin with # do not count.</summary>
    /// <exception cref="UserErrorException">A line is not as it must be; the message does not contain it.</exception>
    public static AccessTokens Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new AccessTokens();
        var number = 0;
        foreach (var line in text.Split(['\n', ';'], StringSplitOptions.TrimEntries))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 3 || !Enum.TryParse<Role>(words[0], ignoreCase: true, out var role) || char.IsDigit(words[0][0]))
                throw new UserErrorException($"line {number} of {source} is not of the form: reader|operator NAME TOKEN");
            if (words[2].Length < ShortestToken)
                throw new UserErrorException($"line {number} of {source}: the token of {words[1]} has fewer than {ShortestToken} characters; make one with: openssl rand -hex 24");
            tokens._tokens.Add((Digest(words[2]), new Caller(words[1], role)));
        }
        return tokens;
    }

    /// <summary>Who a token belongs to, or null.</summary>
    public Caller? Find(string token)
    {
        var digest = Digest(token);
        Caller? found = null;
        // Every one is looked at, so that the time tells nothing.
        foreach (var (known, caller) in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(known, digest))
                found = caller;
        }
        return found;
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
