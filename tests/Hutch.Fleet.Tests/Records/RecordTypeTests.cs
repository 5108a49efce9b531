using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Fleet.Records;

namespace Hutch.Fleet.Tests.Records;

/// <summary>What is checked of a record, and what becomes of it.</summary>
public class RecordTypeTests
{
    [Theory]
    [InlineData("Host", """{"address": "10.0.0.1", "cpus": "four"}""", "('Host instance is invalid due to 1 errors.', [\"Host.cpus: Expected type <class 'int'>. Got <class 'str'>\"])")]
    [InlineData("Host", """{"address": "10.0.0.1", "cpus": 1.5}""", "<class 'float'>")]
    [InlineData("Host", """{"address": "10.0.0.1", "cpus": 5000000000}""", "Host.cpus")]
    [InlineData("Host", """{"address": "a/b"}""", "a/b is not a valid name")]
    [InlineData("Host", """{"address": ""}""", "is not a valid name")]
    [InlineData("Host", """{"status": "active"}""", "missing 1 or more required keyword arguments: address")]
    [InlineData("Host", "[]", "give an object")]
    [InlineData("Host", "\"{\"", "not JSON")]
    [InlineData("Cluster", """{"name": "c", "hostset": [1]}""", "a list of strings")]
    [InlineData("Network", """{"name": "n", "type": "carrier_pigeon"}""", "carrier_pigeon is not one of flannel_etcd, flannel_server")]
    [InlineData("ContainerManagerConfig", """{"name": "m", "options": []}""", "Expected type <class 'dict'>. Got <class 'list'>")]
    public void A_wrong_record_is_refused_with_the_attribute_that_is_wrong(string type, string json, string message)
    {
        var error = Assert.Throws<InvalidRecordException>(() => RecordTypes.Find(type).Read(JsonElement.Parse(json)));

        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Every_mistake_of_a_record_is_told()
    {
        var error = Assert.Throws<InvalidRecordException>(() => RecordTypes.Find("Host").Read(JsonElement.Parse("""{"address": 1, "cpus": null, "os": true}""")));

        Assert.Equal("('Host instance is invalid due to 3 errors.', [\"Host.address: Expected type <class 'str'>. Got <class 'int'>\", \"Host.os: Expected type <class 'str'>. Got <class 'bool'>\", \"Host.cpus: Expected type <class 'int'>. Got <class 'NoneType'>\"])", error.Message);
    }

    [Fact]
    public void A_record_is_completed_from_what_is_stored_and_from_defaults_and_unknown_attributes_are_dropped()
    {
        var host = RecordTypes.Find("Host");
        var given = host.Read(JsonElement.Parse("""{"address": "10.0.0.1", "status": "active", "colour": "red"}"""));

        var record = host.Complete(given, new JsonObject { ["address"] = "10.0.0.1", ["status"] = "failed", ["cpus"] = 8 });

        Assert.Equal("active", (string?)record["status"]);
        Assert.Equal(8, (int?)record["cpus"]);
        Assert.Equal(22, (int?)record["ssh_port"]);
        Assert.False(record.ContainsKey("colour"));
    }

    [Fact]
    public void Keys_in_a_store_tell_their_types_apart()
    {
        Assert.True(RecordTypes.Find("Host").IsStoreKey("/commissaire/hosts/10.0.0.1"));
        Assert.False(RecordTypes.Find("Host").IsStoreKey("/commissaire/secrets/hosts/10.0.0.1"));
        Assert.True(RecordTypes.Find("ClusterUpgrade").IsStoreKey("/commissaire/cluster/c/upgrade"));
        Assert.False(RecordTypes.Find("ClusterUpgrade").IsStoreKey("/commissaire/cluster/c/restart"));
        Assert.False(RecordTypes.Find("ClusterUpgrade").IsStoreKey("/commissaire/cluster/upgrade"));
    }
}
