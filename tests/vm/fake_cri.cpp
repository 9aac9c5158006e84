// SPDX-License-Identifier: Apache-2.0
//
// The container runtime interface (gRPC on a Unix socket), as far as libsinsp asks: knows the containers whose number
// begins with PREFIX, and calls them "web". The messages are those that libsinsp was built with. Prints each number
// that it is asked for, and for how many milliseconds the asker waits.
//
//   fake_cri SOCKET RUNTIME PREFIX          answers; RUNTIME: containerd or cri-o
//   fake_cri SOCKET RUNTIME PREFIX silent   says what it is, and nothing of containers
#include <grpcpp/grpcpp.h>
#include <libsinsp/cri-v1.grpc.pb.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>

namespace {

namespace cri = runtime::v1;
using grpc::ServerContext;

class Runtime final : public cri::RuntimeService::Service {
public:
	Runtime(std::string name, std::string prefix, bool silent)
	    : name_(std::move(name)), prefix_(std::move(prefix)), silent_(silent)
	{
	}

	grpc::Status Version(ServerContext *, const cri::VersionRequest *, cri::VersionResponse *answer) override
	{
		answer->set_version("0.1.0");
		answer->set_runtime_name(name_);
		answer->set_runtime_version("1.0.0");
		answer->set_runtime_api_version("v1");
		return grpc::Status::OK;
	}

	grpc::Status ContainerStatus(ServerContext *context, const cri::ContainerStatusRequest *request,
				     cri::ContainerStatusResponse *answer) override
	{
		const std::string &id = request->container_id();
		const auto patience = context->deadline() - std::chrono::system_clock::now();
		std::printf("%s %lld\n", id.c_str(),
			    static_cast<long long>(
				    std::chrono::duration_cast<std::chrono::milliseconds>(patience).count()));
		std::fflush(stdout);
		while (silent_ && !context->IsCancelled()) {
			usleep(100000); // a handler learns in no other way that the caller has given up
		}
		if (id.compare(0, prefix_.size(), prefix_) != 0) {
			return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such container");
		}
		cri::ContainerStatus &status = *answer->mutable_status();
		status.set_id(id);
		status.mutable_metadata()->set_name("web");
		status.set_state(cri::CONTAINER_RUNNING);
		status.set_created_at(1700000000000000000); // ns
		status.mutable_image()->set_image("shop/web:1.2");
		status.set_image_ref("sha256:" + id);
		(*status.mutable_labels())["io.kubernetes.pod.name"] = "shop-front-0";
		(*answer->mutable_info())["info"] = R"({"sandboxID": ")" + id + R"(", "pid": 1})";
		return grpc::Status::OK;
	}

	grpc::Status PodSandboxStatus(ServerContext *, const cri::PodSandboxStatusRequest *,
				      cri::PodSandboxStatusResponse *) override
	{
		return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such pod");
	}

private:
	const std::string name_;
	const std::string prefix_;
	const bool silent_;
};

} // namespace

int main(int argc, char **argv)
{
	if (argc < 4) {
		return 2;
	}
	Runtime runtime(argv[2], argv[3], argc > 4);
	grpc::ServerBuilder builder;
	builder.AddListeningPort(std::string("unix://") + argv[1], grpc::InsecureServerCredentials());
	builder.RegisterService(&runtime);
	const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
	if (!server) {
		return 1;
	}
	std::puts("ready");
	std::fflush(stdout);
	server->Wait();
	return 0;
}
