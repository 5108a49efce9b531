using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

[Collection(RedisCollection.Name)]
public sealed class RedisServiceManagerTests(RedisServer server) : ServiceManagerContract(server.Url + "?visibility_timeout=3");
