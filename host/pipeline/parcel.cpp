// SPDX-License-Identifier: Apache-2.0
#include "host/pipeline/parcel.hpp"

namespace falco::host {

Composer::Composer(const InstanceConfig &config, bool bare) : style_(line_style(config.format, bare))
{
	if (config.format == Format::templated) template_ = std::make_unique<AlertTemplate>(config.format_template);
}

void Composer::compose(Parcel &parcel)
{
	if (!template_) {
		// Nobody can get it from one that has it alone.
		if (parcel.alert.use_count() == 1)
			parcel.alert->fill_alone(parcel.view, style_);
		else
			parcel.alert->fill(parcel.view, style_);
		return;
	}
	parcel.alert->fill(parcel.view);
	template_->compose(*parcel.alert, parcel.line);
	parcel.view.alert.line = {parcel.line.data(), parcel.line.size()};
}

} // namespace falco::host
