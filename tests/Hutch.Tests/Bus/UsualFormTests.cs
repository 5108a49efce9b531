using System.Text;
using System.Text.Json;
using Hutch.Bus.Calls;
using Hutch.Bus.Methods;

namespace Hutch.Tests.Bus;

/// <summary>
/// A message of the usual form is read in a shorter way. A blank before it is enough to make it take the long way: both must say the same,
/// whatever stands in the message.
/// </summary>
public class UsualFormTests
{
    private static readonly MethodTable Methods = new(typeof(SimpleService));
    private static readonly byte[] Interesting = Encoding.UTF8.GetBytes("{}[]\",:\\ 0129-.eEtfn\u0000é");

    [Fact]
    public void Requests_are_understood_alike_both_ways()
    {
        string[] parameters = ["{}", "[]", "[1, 2]", "[1, 2, 3]", """{"x": 1, "z": 2}""", """{"x": 1, "y": 2}""", """["one", {"deep": [null]}]""", "null", "5", "\"text\"", """{"x": NaN}""", """{"x": 1} """, """{"x": 1}, "params": []"""];
        CompareMutations(parameters.Select(p => $$"""{"jsonrpc": "2.0", "id": "{{Guid.NewGuid()}}", "method": "add", "params": {{p}}}"""), Request);
    }

    [Fact]
    public void Replies_are_understood_alike_both_ways()
    {
        string[] results = ["0", "-7", "12345678", "012", "1.5e3", "null", "\"a text\"", """{"a": [1, 2]}""", "Infinity", "5, \"error\": {\"code\": 1}", "1 ", ""];
        CompareMutations(results.Select(r => $$"""{"jsonrpc": "2.0", "id": "{{Guid.NewGuid()}}", "result": {{r}}}"""), Reply);
    }

    private static void CompareMutations(IEnumerable<string> texts, Func<byte[], string> read)
    {
        var random = new Random(20261122);
        var usual = 0;
        foreach (var text in texts)
        {
            for (var round = 0; round < 2000; round++)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                for (var mutations = round == 0 ? 0 : random.Next(1, 4); mutations > 0; mutations--)
                    bytes = Mutate(bytes, random);
                var read1 = read(bytes);
                Assert.True(read([(byte)' ', .. bytes]) == read1, $"{Encoding.UTF8.GetString(bytes)} is read as {read1}, and behind a blank as {read([(byte)' ', .. bytes])}");
                usual += read1.StartsWith("read", StringComparison.Ordinal) ? 1 : 0;
            }
        }
        Assert.True(usual > 1000, $"only {usual} messages could be read at all");
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length);
        var other = Interesting[random.Next(Interesting.Length)];
        return random.Next(3) switch
        {
            0 => [.. bytes[..at], .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], other, .. bytes[at..]],
            _ => [.. bytes[..at], other, .. bytes[(at + 1)..]],
        };
    }

    private static string Request(byte[] body)
    {
        var arguments = new CallArguments();
        try
        {
            if (!RpcRequest.TryRead(body, Methods, arguments, out var request))
                return "no request";
            var id = Encoding.UTF8.GetString(request.Id.Span);
            if (request.Method is null || Methods.Find(request.Method) is not { } method)
                return $"read {id} {request.Method}";
            if (request.Found is null)
                arguments.Find(method, request);
            return $"read {id} {string.Join(' ', method.Parameters.Select(p => $"{p.Name}={Encoding.UTF8.GetString(arguments[p.Position])}"))}";
        }
        catch (WrongArgumentsException error)
        {
            return $"read {error.Message}";
        }
        catch (JsonException)
        {
            return "no JSON";
        }
    }

    private static string Reply(byte[] body)
    {
        if (!RpcReply.TryRead(body, out var id, out var reply))
            return "no reply";
        try
        {
            return $"read {id} {reply.Result<JsonElement>()}";
        }
        catch (Exception error)
        {
            return $"read {id} {error.Message}";
        }
    }
}
